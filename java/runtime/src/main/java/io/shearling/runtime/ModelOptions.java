package io.shearling.runtime;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How a {@link Model} is loaded and where its layers go. Immutable; made by {@link #builder}. */
public final class ModelOptions {
    /** Mapped weights; all layers on GPUs where there are any. */
    public static final ModelOptions DEFAULT = builder().build();

    /** How the weights come into memory. */
    public enum LoadMode {
        /** The file is mapped: pages come when they are touched and are shared between processes. */
        MAP,
        /** The file is read into anonymous memory. */
        READ,
        /** The file is mapped and kept in memory. */
        MAP_LOCKED,
    }

    private final int gpuLayers;
    private final Optional<List<Device>> devices;
    private final boolean requireGpu;
    private final LoadMode loadMode;
    private final boolean checkTensors;
    private final boolean repack;

    private ModelOptions(Builder builder) {
        gpuLayers = builder.gpuLayers;
        devices = builder.devices;
        requireGpu = builder.requireGpu;
        loadMode = builder.loadMode;
        checkTensors = builder.checkTensors;
        repack = builder.repack;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Layers to keep on GPUs; negative: all. */
    public int gpuLayers() {
        return gpuLayers;
    }

    /** The devices to use besides the CPU; empty: every GPU there is. */
    public Optional<List<Device>> devices() {
        return devices;
    }

    public boolean requireGpu() {
        return requireGpu;
    }

    public LoadMode loadMode() {
        return loadMode;
    }

    public boolean checkTensors() {
        return checkTensors;
    }

    public boolean repack() {
        return repack;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private int gpuLayers = -1;
        private Optional<List<Device>> devices = Optional.empty();
        private boolean requireGpu;
        private LoadMode loadMode = LoadMode.MAP;
        private boolean checkTensors;
        private boolean repack = true;

        private Builder() {}

        /** Layers to keep on GPUs. Default -1: all. */
        public Builder gpuLayers(int layers) {
            gpuLayers = layers;
            return this;
        }

        /** The devices to use besides the CPU; an empty list: the CPU alone. Default: every GPU there is. */
        public Builder devices(List<Device> use) {
            devices = Optional.of(List.copyOf(use));
            return this;
        }

        /** The CPU alone. */
        public Builder cpuOnly() {
            return devices(List.of());
        }

        /** Refuse to load where no GPU is used, instead of computing on the CPU. Default: false. */
        public Builder requireGpu() {
            requireGpu = true;
            return this;
        }

        /** How the weights come into memory. Default: {@link LoadMode#MAP}. */
        public Builder loadMode(LoadMode mode) {
            loadMode = Objects.requireNonNull(mode, "loadMode");
            return this;
        }

        /** Look for values that are not finite while loading; reads the whole file. Default: false. */
        public Builder checkTensors(boolean check) {
            checkTensors = check;
            return this;
        }

        /** Allow some types (Q4_0, say) to be laid out anew for faster kernels, in anonymous memory. Default: true. */
        public Builder repack(boolean allow) {
            repack = allow;
            return this;
        }

        public ModelOptions build() {
            return new ModelOptions(this);
        }
    }
}
