package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupingTest {
    private static List<String> names(int blocks, String... roles) {
        List<String> names = new ArrayList<>(List.of("token_embd.weight"));
        for (int block = 0; block < blocks; block++) {
            for (String role : roles) {
                names.add("blk." + block + "." + role + ".weight");
            }
        }
        return names;
    }

    private static Map<String, Double> alike(List<String> names) {
        Map<String, Double> energies = new LinkedHashMap<>();
        names.forEach(name -> energies.put(name, 1.0));
        return energies;
    }

    @Test
    void of_llama_hasARoleInEachBand() {
        List<String> names = names(30, "attn_q", "ffn_down");
        assertThat(Grouping.of(alike(names), 32))
                .extracting(Group::label)
                .containsExactly(
                        "token_embd",
                        "attn_q of blocks 0 to 2",
                        "attn_q of blocks 3 to 14",
                        "attn_q of blocks 15 to 26",
                        "attn_q of blocks 27 to 29",
                        "ffn_down of blocks 0 to 2",
                        "ffn_down of blocks 3 to 14",
                        "ffn_down of blocks 15 to 26",
                        "ffn_down of blocks 27 to 29");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 8, 9, 80})
    void of_anyNumberOfBlocks_hasEveryTensorOnce(int blocks) {
        List<String> names = names(blocks, "attn_q", "attn_k", "ffn_gate_exps", "ssm_in");
        for (int most : new int[] {1, 5, 9, 13, 40}) {
            List<Group> groups = Grouping.of(alike(names), most);
            assertThat(groups.stream().flatMap(group -> group.tensors().stream()))
                    .containsExactlyInAnyOrderElementsOf(names);
            assertThat(groups).hasSizeLessThanOrEqualTo(Math.max(5, most));
        }
    }

    @Test
    void of_tensorsThatPutOutMoreThanTheOthersOfTheirBand_areAlone() {
        Map<String, Double> energies = alike(names(30, "ffn_down"));
        energies.put("blk.11.ffn_down.weight", 1e6);
        energies.put("blk.4.ffn_down.weight", 16.0);
        energies.put("blk.20.ffn_down.weight", 15.0);
        energies.put("blk.29.ffn_down.weight", 4.0);
        assertThat(Grouping.of(energies, 32))
                .extracting(Group::label)
                .containsExactly(
                        "token_embd",
                        "ffn_down of blocks 0 to 2",
                        "ffn_down of blocks 3 to 14",
                        "ffn_down of block 4",
                        "ffn_down of block 11",
                        "ffn_down of blocks 15 to 26",
                        "ffn_down of blocks 27 to 28",
                        "ffn_down of block 29");
        assertThat(Grouping.of(energies, 32).stream().flatMap(group -> group.tensors().stream()))
                .containsExactlyInAnyOrderElementsOf(energies.keySet());
    }

    @Test
    void of_rolesOfSomeBlocks_namesTheBlocksThatHaveThem() {
        List<Group> groups =
                Grouping.of(alike(List.of("blk.0.attn_q.weight", "blk.7.ssm_in.weight", "output.weight")), 8);
        assertThat(groups).extracting(Group::label).containsExactly("output", "attn_q of block 0", "ssm_in of block 7");
    }

    @Test
    void of_namesLikeBlocks_areOutside() {
        assertThat(Grouping.of(alike(List.of("blk.x.attn_q.weight", "v.blk.0.attn_q.weight")), 8))
                .extracting(Group::label)
                .containsExactly("blk.x.attn_q", "v.blk.0.attn_q");
    }
}
