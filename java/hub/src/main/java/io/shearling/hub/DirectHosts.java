package io.shearling.hub;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that are reached without the proxy: {@code NO_PROXY}.
 *
 * @param rules names (which stand for their subdomains too), addresses, networks as {@code 10.0.0.0/8}, each with a port if
 *     it is for that port alone, or {@code *} for all
 */
record DirectHosts(List<String> rules) {
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

    static DirectHosts parse(String text) {
        return new DirectHosts(Arrays.stream(text.split("[,\\s]+"))
                .map(rule -> rule.strip().toLowerCase(Locale.ROOT))
                .filter(rule -> !rule.isEmpty())
                .toList());
    }

    boolean contains(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return rules.stream().anyMatch(rule -> matches(rule, host, port));
    }

    private static boolean matches(String rule, String host, int port) {
        if (rule.equals("*")) {
            return true;
        }
        if (rule.contains("/")) {
            return isInNetwork(rule, host);
        }
        String name = rule;
        if (rule.matches("[^:]+:\\d+|\\[.*]:\\d+")) {
            int colon = rule.lastIndexOf(':');
            if (!rule.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = rule.substring(0, colon);
        }
        InetAddress address = literal(name);
        if (address != null) {
            return address.equals(literal(host));
        }
        String domain = name.startsWith("*.") ? name.substring(1) : name;
        return domain.startsWith(".")
                ? host.endsWith(domain) || host.equals(domain.substring(1))
                : host.equals(domain) || host.endsWith("." + domain);
    }

    private static boolean isInNetwork(String rule, String host) {
        int slash = rule.indexOf('/');
        InetAddress network = literal(rule.substring(0, slash));
        InetAddress address = literal(host);
        if (network == null || address == null || !rule.substring(slash + 1).matches("\\d{1,3}")) {
            return false;
        }
        byte[] one = network.getAddress();
        byte[] other = address.getAddress();
        int bits = Integer.parseInt(rule.substring(slash + 1));
        if (one.length != other.length || bits > one.length * Byte.SIZE) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if (((one[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The address that a text spells out; null if it is a name, which is not looked up. */
    static @Nullable InetAddress literal(String host) {
        try {
            return LITERAL.matcher(host).matches() ? InetAddress.getByName(host) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
