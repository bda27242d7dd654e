package io.shearling.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** A program that resolves one hub reference and prints its path, or what went wrong: the second process of a test. */
final class FetchingProcess {
    private FetchingProcess() {}

    /** Starts it; its environment is that of this process without proxies, and with these variables. */
    static Process start(Path cache, URI endpoint, String reference, Map<String, String> variables) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FetchingProcess.class.getName(),
                        cache.toString(),
                        endpoint.toString(),
                        reference)
                .redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().putAll(variables);
        return builder.start();
    }

    public static void main(String[] arguments) {
        HubOptions options = HubOptions.builder(Path.of(arguments[0]))
                .endpoint(URI.create(arguments[1]))
                .proxies(ProxySettings.of(Environment.ofThisProcess()))
                .leastShareBytes(8192)
                .build();
        try {
            System.out.println(new ModelHub(options).resolve(arguments[2], ProgressListener.none()));
        } catch (HubException e) {
            System.out.println(e.getMessage());
        }
    }
}
