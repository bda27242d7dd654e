package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.hub.SourceException.Kind;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BackoffTest {
    private final SourceException broken = new SourceException(Kind.BROKEN, "broke off");

    private static Backoff of(int maxFruitless) {
        return new Backoff(Duration.ofMillis(200), maxFruitless);
    }

    private static SourceException asking(Duration wait) {
        return new SourceException(Kind.BROKEN, "busy", wait);
    }

    @Test
    void after_failures_pausesDoubleUpToALimit() throws SourceException {
        Backoff backoff = of(100);
        assertThat(backoff.afterOrThrow(broken)).hasMillis(200);
        assertThat(backoff.afterOrThrow(broken)).hasMillis(400);
        assertThat(backoff.afterOrThrow(broken)).hasMillis(800);
        for (int i = 0; i < 90; i++) {
            assertThat(backoff.afterOrThrow(broken)).isLessThanOrEqualTo(Duration.ofSeconds(10));
        }
        backoff.reset();
        assertThat(backoff.afterOrThrow(broken)).hasMillis(200);
    }

    @Test
    void after_tooManyFailures_throwsTheLast() throws SourceException {
        Backoff backoff = of(2);
        backoff.afterOrThrow(broken);
        assertThatThrownBy(() -> backoff.afterOrThrow(broken)).isSameAs(broken);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BROKEN")
    void after_failureThatTimeDoesNotHeal_throwsIt(Kind kind) {
        SourceException failure = new SourceException(kind, "no");
        assertThatThrownBy(() -> of(9).afterOrThrow(failure)).isSameAs(failure);
    }

    @Test
    void after_serverAsksToWait_isThatLongWithinReason() throws SourceException {
        assertThat(of(9).afterOrThrow(asking(Duration.ofSeconds(7)))).hasSeconds(7);
        assertThat(of(9).afterOrThrow(asking(Duration.ZERO))).hasMillis(200);
        SourceException unreasonable = asking(Duration.ofHours(1));
        assertThatThrownBy(() -> of(9).afterOrThrow(unreasonable)).isSameAs(unreasonable);
    }

    @ParameterizedTest
    @CsvSource({
        "30, 30",
        "0, 0",
        "'Sun, 22 Nov 2026 12:00:45 GMT', 45",
        "'Sun, 22 Nov 2026 11:00:00 GMT', 0",
        "soon,",
        "-5,",
        "99999999999999999999,",
        "'',",
    })
    void retryAfter_value_isRead(String value, @Nullable Long seconds) {
        HttpHeaders headers = HttpHeaders.of(Map.of("Retry-After", List.of(value)), (name, text) -> true);
        Instant now = Instant.parse("2026-11-22T12:00:00Z");
        assertThat(RetryAfter.of(headers, now)).isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }

    @Test
    void retryAfter_missing_isNull() {
        assertThat(RetryAfter.of(HttpHeaders.of(Map.of(), (name, text) -> true), Instant.EPOCH))
                .isNull();
    }
}
