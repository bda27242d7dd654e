package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BudgetTest {
    @Test
    void budgets_thatAreNone_areRefused() {
        assertThatThrownBy(() -> new Budget.Size(0)).hasMessageContaining("at least one byte");
        assertThatThrownBy(() -> new Budget.BitsPerWeight(0)).hasMessageContaining("more than 0");
        assertThatThrownBy(() -> new Budget.BitsPerWeight(Double.NaN)).hasMessageContaining("more than 0");
        assertThatThrownBy(() -> new Budget.MaxDivergence(-1)).hasMessageContaining("more than 0");
        assertThatThrownBy(() -> new Budget.MaxDivergence(Double.POSITIVE_INFINITY))
                .hasMessageContaining("more than 0");
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatThrownBy(() -> BudgetOptions.builder().contextTokens(15).build())
                .hasMessageContaining("contextTokens is 15");
        assertThatThrownBy(() -> BudgetOptions.builder().threads(0).build()).hasMessageContaining("threads is 0");
        assertThatThrownBy(() -> BudgetOptions.builder().importanceChunks(1).build())
                .hasMessageContaining("importanceChunks is 1");
    }
}
