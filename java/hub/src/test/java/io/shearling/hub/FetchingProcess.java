package io.shearling.hub;

import java.net.URI;
import java.nio.file.Path;

/** A program that resolves one hub reference and prints its path: the second process of a test. */
final class FetchingProcess {
    private FetchingProcess() {}

    public static void main(String[] arguments) {
        HubOptions options = HubOptions.builder(Path.of(arguments[0]))
                .endpoint(URI.create(arguments[1]))
                .build();
        System.out.println(new ModelHub(options).resolve(arguments[2], ProgressListener.none()));
    }
}
