/**
 * The command {@code shearling}, one class a sub-command.
 *
 * <p>Entry point: {@link io.shearling.cli.Shearling#main}; {@link io.shearling.cli.Shearling#execute} is the same within a
 * JVM that goes on. Results go to stdout, progress and logs to stderr. Exit codes: 0, 1 (failed), 2 (wrong usage), 130
 * (cancelled). A command runs on one thread; interrupting it cancels the command.
 */
@NullMarked
package io.shearling.cli;

import org.jspecify.annotations.NullMarked;
