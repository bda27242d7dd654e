package io.shearling.testkit.text;

import java.net.URI;
import java.util.List;

/**
 * A published package that has a corpus in it.
 *
 * @param file the archive's name, as the client stores it
 * @param sha256 of the archive
 * @param client the command that fetches it into the working folder
 * @param addresses where it can be had without the client
 * @param members what is taken out of it, as tar spells it
 */
record Archive(String file, String sha256, List<String> client, List<URI> addresses, List<String> members) {
    Archive {
        client = List.copyOf(client);
        addresses = List.copyOf(addresses);
        members = List.copyOf(members);
    }

    static Archive ofDebian(String name, String version, String sha256, String snapshot, String... members) {
        String file = name + "_" + version + "_all.deb";
        String pool = "/pool/main/" + name.charAt(0) + "/" + name + "/" + file;
        return new Archive(
                file,
                sha256,
                List.of("apt-get", "download", name + "=" + version),
                List.of(URI.create("https://snapshot.debian.org/archive/debian/" + snapshot + pool)),
                List.of(members));
    }

    static Archive ofNpm(String file, String specification, String sha256, String... members) {
        return new Archive(
                file, sha256, List.of("npm", "pack", "--silent", specification), List.of(), List.of(members));
    }
}
