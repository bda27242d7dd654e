package io.shearling.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who knows whom. */
class LayersTest {
    @ParameterizedTest
    @EnumSource
    void module_knowsOnlyWhatItMay(Modules module) {
        noClasses()
                .that()
                .resideInAPackage(module.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Modules.packagesOf(module.strangers()))
                .check(Modules.CLASSES);
    }

    @Test
    void class_belongsToAModuleOfTheList() {
        classes()
                .should()
                .resideInAnyPackage(Modules.packagesOf(Arrays.asList(Modules.values())))
                .check(Modules.CLASSES);
    }

    @Test
    void modules_haveNoCycle() {
        slices().matching("io.shearling.(*)..").should().beFreeOfCycles().check(Modules.CLASSES);
    }

    @ParameterizedTest
    @EnumSource(names = {"FORMATS", "HUB"})
    void plainJavaModule_knowsNoNativeCode(Modules module) {
        noClasses()
                .that()
                .resideInAPackage(module.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..")
                .check(Modules.CLASSES);
    }
}
