package io.shearling.cli;

import io.shearling.bench.CancelledException;
import io.shearling.cli.Results.OutputException;
import io.shearling.convert.ConvertException;
import io.shearling.hub.HubException;
import io.shearling.recipes.RecipeException;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.nio.channels.ClosedByInterruptException;

/** The one place where an exception becomes a sentence on stderr and an exit code. */
final class Failures {
    private Failures() {}

    /** Tells the user what went wrong; returns the exit code. */
    static int report(Throwable failure, Streams streams) {
        if (Boolean.getBoolean("shearling.trace")) {
            failure.printStackTrace(streams.messages());
        }
        if (failure instanceof OutputException output && output.isBrokenPipe()) {
            return ExitCode.DONE;
        }
        if (isCancellation(failure)) {
            if (failure instanceof HubException) {
                say(failure, streams);
            }
            return ExitCode.CANCELLED;
        }
        if (failure instanceof OutOfMemoryError) {
            streams.say("the Java heap is full; give it more, for example with -Xmx512m");
            return ExitCode.FAILED;
        }
        if (isExpected(failure)) {
            say(failure, streams);
            return failure instanceof UsageException ? ExitCode.USAGE : ExitCode.FAILED;
        }
        streams.say(
                "internal error (" + oneLine(failure.toString())
                        + "); please report it with the output of the same command after export SHEARLING_JAVA_OPTS=-Dshearling.trace=true");
        return ExitCode.FAILED;
    }

    private static boolean isCancellation(Throwable failure) {
        return failure instanceof CancelledException
                || (failure instanceof ShearlingException shearling && shearling.code() == ErrorCode.CANCELLED)
                || (failure instanceof ConvertException convert && convert.kind() == ConvertException.Kind.CANCELLED)
                || (failure instanceof RecipeException recipe && recipe.kind() == RecipeException.Kind.CANCELLED)
                || (failure instanceof HubException hub && hub.reason() == HubException.Reason.CANCELLED)
                || isInterrupt(failure);
    }

    /** Whether it was an interrupt that made reading or writing a file fail: each format tells that in its own words. */
    private static boolean isInterrupt(Throwable failure) {
        return failure instanceof ClosedByInterruptException
                || (failure.getCause() != null && isInterrupt(failure.getCause()));
    }

    /** Whether the message was made for people: every exception of ours is, and the loader's link errors are. */
    private static boolean isExpected(Throwable failure) {
        return failure.getClass().getName().startsWith("io.shearling.") || failure instanceof UnsatisfiedLinkError;
    }

    private static void say(Throwable failure, Streams streams) {
        streams.say(oneLine(String.valueOf(failure.getMessage())));
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
