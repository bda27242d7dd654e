package io.shearling.recipes.prune;

/** Tensors of an output that are not copied: they get new values, which are found while the model is written. Immutable. */
interface Remake {
    /** Everything is copied. */
    Remake NONE = new Remake() {
        @Override
        public boolean has(PrunedTensor tensor) {
            return false;
        }

        @Override
        public NewValues values(int threads, PruningListener listener) {
            return (tensor, firstRow, rows, out) -> {
                throw new IllegalStateException(tensor.output().name() + " has no new values.");
            };
        }
    };

    /** Whether a tensor of the output gets new values. */
    boolean has(PrunedTensor tensor);

    /** Finds the values; may take long. */
    NewValues values(int threads, PruningListener listener);
}
