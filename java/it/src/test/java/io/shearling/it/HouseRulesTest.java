package io.shearling.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of CONTRIBUTING.md that a machine can check, outside generated code. */
class HouseRulesTest {
    private static final List<String> GENERATED = List.of("io.shearling.core", "io.shearling.llama");
    private static final DescribedPredicate<JavaClass> PROGRAMS = DescribedPredicate.describe(
            "are programs", each -> each.tryGetMethod("main", String[].class).isPresent());

    @Test
    void packages_areNullMarked() {
        Set<JavaPackage> packages =
                Modules.CLASSES.stream().map(JavaClass::getPackage).collect(Collectors.toSet());

        assertThat(packages)
                .isNotEmpty()
                .filteredOn(each -> !each.isAnnotatedWith(NullMarked.class))
                .extracting(JavaPackage::getName)
                .isSubsetOf(GENERATED);
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
                .resideOutsideOfPackages(GENERATED.toArray(String[]::new))
                .should()
                .haveNameNotMatching("get(?!Message$)[A-Z].*")
                .check(Modules.CLASSES);
    }

    @Test
    void libraries_writeNothingToTheConsole() {
        noClasses()
                .that()
                .resideOutsideOfPackages(Modules.CLI.packages())
                .and(not(PROGRAMS))
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
    void process_isEndedByProgramsAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages(Modules.CLI.packages())
                .and(not(PROGRAMS))
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(Modules.CLASSES);
    }
}
