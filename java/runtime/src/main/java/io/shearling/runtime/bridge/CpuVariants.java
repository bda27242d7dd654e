package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.runtime.diagnosis.CpuVariant;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The CPU's plug-ins: one for each generation of processors, of which the best one that this machine can run is taken, or the
 * one that {@code -Dshearling.cpu=NAME} names.
 *
 * <p>Those of the natives folder are our own, checked by their hashes: they are trusted. What the user chooses is tried in
 * a process of its own first, and a file of the user's, beside other plug-ins, is taken only when it is chosen.
 */
final class CpuVariants {
    private static final System.Logger LOG = System.getLogger("io.shearling.backends");

    private CpuVariants() {}

    /** The name that the user chose; empty for the best one. */
    static String wanted() {
        return System.getProperty("shearling.cpu", "").strip();
    }

    /** The variants of a folder, each with its score on this machine, by name. */
    static List<CpuVariant> in(Path directory) {
        List<CpuVariant> variants = new ArrayList<>();
        for (Path file : PluginFiles.in(directory)) {
            if (PluginFiles.isCpu(file)) {
                variants.add(rate(file));
            }
        }
        return List.copyOf(variants);
    }

    private static CpuVariant rate(Path file) {
        int[] score = new int[1];
        int status = Core.shl_backend_score(file.toString(), score);
        String fault =
                status == Core.SHL_OK ? "" : PluginFault.explain(file, Core.shl_last_error(), Backends.llamaRelease());
        CpuVariant variant = new CpuVariant(PluginFiles.cpuName(file), file, fault.isEmpty() ? score[0] : 0, fault);
        LOG.log(
                fault.isEmpty() ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                "CPU variant " + variant.name() + ": "
                        + (fault.isEmpty() ? "score " + variant.score() : file + " is passed over because " + fault));
        return variant;
    }

    /**
     * Chooses.
     *
     * @param own those of the natives folder
     * @param others files of the user
     */
    static CpuVariant choose(Path directory, List<CpuVariant> own, List<Path> others) {
        String wanted = wanted();
        if (!wanted.isEmpty()) {
            return chosen(directory, wanted, own, others);
        }
        CpuVariant best = null;
        for (CpuVariant variant : own) {
            if (variant.score() > (best == null ? 0 : best.score())) {
                best = variant;
            }
        }
        if (best == null) {
            throw refusal("no CPU variant in " + directory + " runs on this machine (there are " + names(own)
                    + "): take natives for this processor, or build Shearling on this machine");
        }
        return best;
    }

    private static CpuVariant chosen(Path directory, String wanted, List<CpuVariant> own, List<Path> others) {
        CpuVariant variant = own.stream()
                .filter(each -> each.name().equals(wanted))
                .findFirst()
                .or(() -> ofUser(wanted, others))
                .orElseThrow(() -> refusal("there is no CPU variant " + wanted + " in " + directory
                        + ": leave -Dshearling.cpu out, or name one of " + names(own)));
        String fault = variant.fault();
        if (fault.isEmpty() && variant.score() == 0) {
            fault = "this CPU lacks the instructions that it is made of";
        }
        if (fault.isEmpty()) {
            fault = PluginProbe.of(variant.file()).fault();
        }
        if (!fault.isEmpty()) {
            throw refusal("the CPU variant " + wanted + " (" + variant.file() + ") cannot be used because " + fault
                    + "; leave -Dshearling.cpu out to have the best one that can");
        }
        return variant;
    }

    /** Not even opened before it has been tried. */
    private static Optional<CpuVariant> ofUser(String wanted, List<Path> others) {
        return others.stream()
                .filter(file -> PluginFiles.cpuName(file).equals(wanted))
                .findFirst()
                .map(file ->
                        new CpuVariant(wanted, file, 1, PluginProbe.of(file).fault()));
    }

    private static String names(List<CpuVariant> variants) {
        return variants.stream().map(CpuVariant::name).collect(Collectors.joining(", "));
    }

    private static ShearlingException refusal(String message) {
        return new ShearlingException(ErrorCode.NATIVE, message);
    }
}
