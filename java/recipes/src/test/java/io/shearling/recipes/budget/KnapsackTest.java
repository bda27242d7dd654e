package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shearling.recipes.budget.Knapsack.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The choices beside those of trying all. */
class KnapsackTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void within_anySize_losesAsLittleAsTheBestOfAll(long seed) {
        Random random = new Random(seed);
        List<Item> items = items(random, 1 + random.nextInt(6), random.nextBoolean() ? 1 : 32);
        long least = items.stream().mapToLong(Item::least).sum();
        long most = items.stream().mapToLong(Item::most).sum();
        Knapsack knapsack = Knapsack.of(items, most);
        for (int i = 0; i < 50; i++) {
            long room = least + (long) (random.nextDouble() * (most - least + 1));
            int[] options = knapsack.within(room);
            assertThat(bytes(items, options)).isLessThanOrEqualTo(room);
            assertThat(loss(items, options)).isCloseTo(best(items, room, 0), within(1e-12));
        }
    }

    @Test
    void within_fewSteps_keepsToTheLimitAndComesNear() {
        Random random = new Random(9);
        List<Item> items = items(random, 6, 1);
        long least = items.stream().mapToLong(Item::least).sum();
        long most = items.stream().mapToLong(Item::most).sum();
        Knapsack coarse = Knapsack.coarse(items, most, 40);
        for (long room = least; room <= most; room += 7) {
            int[] options = coarse.within(room);
            assertThat(bytes(items, options)).isLessThanOrEqualTo(room);
            long less = Math.max(least, room - 7 * ((most - least) / 40 + 1));
            assertThat(loss(items, options)).isLessThanOrEqualTo(best(items, less, 0) + 1e-12);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void within_theLeast_isFoundInAnyNumberOfSteps(long seed) {
        Random random = new Random(seed);
        List<Item> items = items(random, 1 + random.nextInt(6), 1);
        long least = items.stream().mapToLong(Item::least).sum();
        long most = items.stream().mapToLong(Item::most).sum();
        for (int steps = 1; steps < 60; steps++) {
            assertThat(bytes(items, Knapsack.coarse(items, most, steps).within(least)))
                    .isEqualTo(least);
        }
    }

    @Test
    void within_tooLittle_isRefused() {
        List<Item> items = List.of(new Item(new long[] {10, 20}, new double[] {2, 1}));
        Knapsack knapsack = Knapsack.of(items, 15);
        assertThat(knapsack.within(15)).containsExactly(0);
        assertThatThrownBy(() -> knapsack.within(9)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Knapsack.of(items, 9)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void within_alikeLosses_takesTheSmaller() {
        List<Item> items = List.of(new Item(new long[] {10, 20, 30}, new double[] {1, 1, 1}));
        assertThat(Knapsack.of(items, 30).within(30)).containsExactly(0);
    }

    private static List<Item> items(Random random, int count, long unit) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int options = 1 + random.nextInt(5);
            long[] bytes = random.longs(options, 1, 60).map(each -> each * unit).toArray();
            items.add(new Item(bytes, random.doubles(options).toArray()));
        }
        return items;
    }

    private static double best(List<Item> items, long room, int from) {
        if (from == items.size()) {
            return room < 0 ? Double.POSITIVE_INFINITY : 0;
        }
        Item item = items.get(from);
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < item.bytes().length; i++) {
            best = Math.min(best, item.losses()[i] + best(items, room - item.bytes()[i], from + 1));
        }
        return best;
    }

    private static long bytes(List<Item> items, int[] options) {
        long sum = 0;
        for (int i = 0; i < options.length; i++) {
            sum += items.get(i).bytes()[options[i]];
        }
        return sum;
    }

    private static double loss(List<Item> items, int[] options) {
        double sum = 0;
        for (int i = 0; i < options.length; i++) {
            sum += items.get(i).losses()[options[i]];
        }
        return sum;
    }
}
