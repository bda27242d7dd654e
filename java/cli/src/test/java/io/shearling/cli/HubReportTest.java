package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubReportTest {
    @TempDir
    private Path folder = Path.of("");

    /** Prints the report of its own environment. */
    public static void main(String[] arguments) {
        System.out.println(HubReport.ofThisUser());
    }

    private String report(String proxy) throws Exception {
        return ChildJvm.run(HubReportTest.class, Map.of("SHEARLING_CACHE", folder.toString(), "HTTPS_PROXY", proxy))
                .printed();
    }

    @Test
    void ofThisUser_proxyOfTheEnvironment_isToldWithoutItsPassword() throws Exception {
        assertThat(report("http://me:secret@p.example:3128"))
                .contains("proxy=Optional[HTTP @ p.example:3128]", "faults=[]")
                .doesNotContain("secret");
    }

    @Test
    void ofThisUser_proxyThatCannotBeUsed_isAFaultBesideTheRest() throws Exception {
        assertThat(report("socks5://me:secret@p.example:1080"))
                .contains("endpoint=https://huggingface.co", "proxy=Optional.empty", "faults=[The variable HTTPS_PROXY")
                .doesNotContain("secret");
    }
}
