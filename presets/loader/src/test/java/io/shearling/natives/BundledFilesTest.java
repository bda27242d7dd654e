package io.shearling.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BundledFilesTest {

    @Test
    void id_ofTheSameFilesInAnyOrder_isTheSame() {
        MemoryBundle a = new MemoryBundle().with("a", "1");
        MemoryBundle b = new MemoryBundle().with("b", "2");

        assertThat(new BundledFiles(List.of(a, b)).id())
                .isEqualTo(new BundledFiles(List.of(b, a)).id())
                .matches("[0-9a-f]{16}");
    }

    @Test
    void id_ofOtherContents_isAnother() {
        BundledFiles one = new BundledFiles(List.of(new MemoryBundle().with("a", "1")));
        BundledFiles two = new BundledFiles(List.of(new MemoryBundle().with("a", "2")));

        assertThat(one.id()).isNotEqualTo(two.id());
    }

    @Test
    void entries_ofAFileInTwoBundles_haveItOnce() {
        MemoryBundle a = new MemoryBundle().with("a", "1");
        MemoryBundle b = new MemoryBundle().with("a", "1").with("b", "2");

        assertThat(new BundledFiles(List.of(a, b)).entries())
                .extracting(BundledFiles.Entry::name)
                .containsExactly("a", "b");
    }

    @Test
    void entries_ofOneNameWithTwoContents_areRefused() {
        List<NativeBundle> bundles = List.of(new MemoryBundle().with("a", "1"), new MemoryBundle().with("a", "2"));

        assertThatThrownBy(() -> new BundledFiles(bundles))
                .isInstanceOfSatisfying(
                        NativeLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(NativeLoadException.Reason.CONFLICTING_BUNDLES))
                .hasMessageContaining("MemoryBundle");
    }
}
