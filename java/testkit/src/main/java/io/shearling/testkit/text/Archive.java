package io.shearling.testkit.text;

import java.net.URI;
import java.util.List;

/**
 * A published package that has a corpus in it.
 *
 * @param file the archive's name, as the client stores it
 * @param sha256 of the archive
 * @param commands of the client: they are run one after the other in the working folder, {@link #WORK}, until the archive is there
 * @param addresses where it can be had without the client
 * @param members what is taken out of it, as tar spells it
 */
record Archive(String file, String sha256, List<List<String>> commands, List<URI> addresses, List<String> members) {
    /** In a command: the path of the working folder. */
    static final String WORK = "{work}";

    private static final String LISTS = "-oDir::State::Lists=" + WORK + "/lists";
    private static final String CACHE = "-oDir::Cache=" + WORK + "/apt";

    Archive {
        commands = List.copyOf(commands);
        addresses = List.copyOf(addresses);
        members = List.copyOf(members);
    }

    static Archive ofDebian(String name, String version, String sha256, String snapshot, String... members) {
        String file = name + "_" + version + "_all.deb";
        String pool = "/pool/main/" + name.charAt(0) + "/" + name + "/" + file;
        return new Archive(
                file,
                sha256,
                List.of(
                        List.of("apt-get", "download", name + "=" + version),
                        // The system's own lists of packages may be missing or old; who is not root cannot mend that.
                        List.of("apt-get", LISTS, CACHE, "update"),
                        List.of("apt-get", LISTS, CACHE, "download", name + "=" + version)),
                List.of(URI.create("https://snapshot.debian.org/archive/debian/" + snapshot + pool)),
                List.of(members));
    }

    static Archive ofNpm(String file, String specification, String sha256, String... members) {
        return new Archive(
                file, sha256, List.of(List.of("npm", "pack", "--silent", specification)), List.of(), List.of(members));
    }
}
