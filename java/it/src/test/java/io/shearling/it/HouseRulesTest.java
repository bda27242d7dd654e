package io.shearling.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of CONTRIBUTING.md that a machine can check, outside generated code. */
class HouseRulesTest {
    private static final String[] GENERATED = {"io.shearling.core", "io.shearling.llama"};

    @Test
    void packages_areNullMarked() {
        Set<JavaPackage> packages =
                Modules.CLASSES.stream().map(JavaClass::getPackage).collect(Collectors.toSet());

        assertThat(packages)
                .isNotEmpty()
                .filteredOn(each -> !each.isAnnotatedWith(NullMarked.class))
                .extracting(JavaPackage::getName)
                .isEmpty();
    }

    @Test
    void classNames_sayWhatTheClassIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
                .check(Modules.CLASSES);
    }

    @Test
    void accessors_haveNoGetPrefix() {
        methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackages(GENERATED)
                .should()
                .haveNameNotMatching("get[A-Z].*")
                .check(Modules.CLASSES);
    }

    @Test
    void libraries_writeNothingToTheConsole() {
        noClasses()
                .that()
                .resideOutsideOfPackages(Modules.CLI.packages())
                .should(ACCESS_STANDARD_STREAMS)
                .check(Modules.CLASSES);
    }

    @Test
    void libraries_logToTheSystemLogger() {
        noClasses()
                .that()
                .resideOutsideOfPackages(Modules.CLI.packages())
                .should(USE_JAVA_UTIL_LOGGING)
                .check(Modules.CLASSES);
    }

    @Test
    void process_isEndedByTheCommandAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages(Modules.CLI.packages())
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(Modules.CLASSES);
    }
}
