package io.shearling.testkit;

/** A main class for a child JVM. */
final class Echo {
    private Echo() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments[0].equals("forever")) {
            System.out.println("waiting");
            Thread.sleep(Long.MAX_VALUE);
        }
        System.out.printf(
                "%s %s in the %s, heap below 21 MiB: %s%n",
                System.getProperty("greeting"),
                arguments[0],
                System.getenv("PLACE"),
                Runtime.getRuntime().maxMemory() < 21 << 20);
        System.err.println("to stderr");
        System.exit(3);
    }
}
