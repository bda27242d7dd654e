package io.shearling.hub;

import java.util.List;

/**
 * A place on the network where the file of a model lies.
 *
 * @since 0.1
 */
public sealed interface ModelLocation {
    /**
     * A file in a repository of a Hugging Face hub.
     *
     * @param owner the user or organisation
     * @param repository the repository's name without its owner
     * @param file the file's path in the repository, with {@code /} between folders
     * @param revision a branch, tag or commit; {@code main} is the usual one
     */
    record HubFile(String owner, String repository, String file, String revision) implements ModelLocation {
        /** Checks that every part can be a part of an address and of a path. */
        public HubFile {
            HubNames.checkRepository(owner, repository);
            HubNames.checkFile(file);
            HubNames.checkRevision(revision);
        }
    }

    /**
     * A file inside one or several Python packages; several members are joined in order.
     *
     * @param members the members, at least one
     */
    record PackageFile(List<PackageMember> members) implements ModelLocation {
        /** Copies the list. */
        public PackageFile {
            members = List.copyOf(members);
            if (members.isEmpty()) {
                throw new HubException(
                        HubException.Reason.BAD_REFERENCE, "A package source has no member: name at least one.");
            }
        }
    }

    /**
     * A member of the wheel of a Python package.
     *
     * @param name the package's name
     * @param version its exact version
     * @param member the member's path inside the wheel
     */
    record PackageMember(String name, String version, String member) {
        /** Checks that name and version can be given to a package client. */
        public PackageMember {
            HubNames.checkPackage(name, version);
        }
    }
}
