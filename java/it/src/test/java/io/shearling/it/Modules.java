package io.shearling.it;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The modules of the project, the package of each, and which others each may know. */
enum Modules {
    FORMATS("formats"),
    HUB("hub", FORMATS),
    CONVERT("convert", FORMATS),
    NATIVES("natives"),
    CORE("core", NATIVES),
    LLAMA("llama", NATIVES),
    PLATFORM("platform", NATIVES),
    RUNTIME("runtime", FORMATS, CORE, NATIVES),
    RECIPES("recipes", FORMATS, RUNTIME),
    BENCH("bench", FORMATS, RUNTIME),
    CLI("cli", FORMATS, HUB, CONVERT, RUNTIME, RECIPES, BENCH),
    TESTKIT("testkit", FORMATS, HUB, RUNTIME, CORE, NATIVES);

    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.shearling");

    private final String name;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of cannot be changed
    private final Set<Modules> mayKnow;

    Modules(String name, Modules... mayKnow) {
        this.name = name;
        this.mayKnow = Set.of(mayKnow);
    }

    /** As ArchUnit writes the package and all below it. */
    String packages() {
        return "io.shearling." + name + "..";
    }

    /** What must not be known here. */
    List<Modules> strangers() {
        return Arrays.stream(values())
                .filter(other -> other != this && !mayKnow.contains(other))
                .toList();
    }

    static String[] packagesOf(List<Modules> modules) {
        return modules.stream().map(Modules::packages).toArray(String[]::new);
    }
}
