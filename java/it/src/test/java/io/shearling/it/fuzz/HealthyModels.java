package io.shearling.it.fuzz;

import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The models that are damaged: decoders with and without a window, one with a state, an encoder, four tokenizers. Immutable. */
final class HealthyModels {
    private static final int SMALL = 12;

    private final List<byte[]> files;

    private HealthyModels(List<byte[]> files) {
        this.files = files;
    }

    /** Writes the models into the folder and reads them. */
    static HealthyModels in(Path folder) {
        TinyModels tiny = TinyModels.in(folder);
        Path file = tiny.llama(1);
        byte[] llama = read(file);
        return new HealthyModels(Stream.of(
                        llama,
                        bytePairs(file).bytes(),
                        UnigramTokens.instead(LooseModel.of(llama)).bytes(),
                        read(tiny.slidingWindow(1)),
                        read(tiny.recurrent(1)),
                        read(tiny.bert(1)))
                .toList());
    }

    /** A llama with the tokenizer of GPT-2. */
    static LooseModel bytePairs(Path llama) {
        return ByteTokens.instead(LooseModel.of(read(llama)));
    }

    /** The same with headers of some kilobytes and tensors of eight elements, for readers of headers alone. */
    static HealthyModels small(Path folder) {
        return new HealthyModels(
                in(folder).files.stream().map(HealthyModels::cut).toList());
    }

    private static byte[] cut(byte[] file) {
        LooseModel model = LooseModel.of(file);
        for (LooseModel.Key key : model.keys) {
            if (key.value.type() == LooseValue.ARRAY && key.value.count() > SMALL) {
                key.value = key.value.first(SMALL);
            }
        }
        model.tensors.subList(4, model.tensors.size()).clear();
        for (LooseModel.Tensor tensor : model.tensors) {
            tensor.extents = new long[] {4, 2};
            tensor.data = new byte[4 * 2 * Float.BYTES];
        }
        return model.bytes();
    }

    int count() {
        return files.size();
    }

    LooseModel model(int index) {
        return LooseModel.of(files.get(index));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The tokenizer of GPT-2 in place of a model's own: bytes, and merges of them. */
    private static final class ByteTokens {
        static LooseModel instead(LooseModel model) {
            int size = model.key("tokenizer.ggml.tokens").orElseThrow().value.count();
            List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
            for (int value = 0; value < 256; value++) {
                tokens.add(Character.toString(letter(value)));
            }
            List<String> merges = new ArrayList<>();
            for (String word : List.of("Ġthe", "Ġof", "Ġsheep", "Ġwool", "ing", "123")) {
                for (int end = 2; end <= word.length(); end++) {
                    if (!tokens.contains(word.substring(0, end))) {
                        tokens.add(word.substring(0, end));
                        merges.add(word.substring(0, end - 1) + " " + word.charAt(end - 1));
                    }
                }
            }
            while (tokens.size() < size) {
                tokens.add("[unused" + tokens.size() + "]");
            }
            model.put("tokenizer.ggml.model", LooseValue.string("gpt2"));
            model.put("tokenizer.ggml.pre", LooseValue.string("llama-bpe"));
            model.put("tokenizer.ggml.tokens", texts(tokens));
            model.put("tokenizer.ggml.merges", texts(merges));
            model.remove("tokenizer.ggml.scores");
            model.remove("tokenizer.ggml.token_type");
            return model;
        }

        /** The character that stands for a byte: itself where it can be seen, else one beyond Latin 1. */
        private static int letter(int value) {
            return seen(value)
                    ? value
                    : 256
                            + (int) IntStream.range(0, value)
                                    .filter(other -> !seen(other))
                                    .count();
        }

        private static boolean seen(int value) {
            return (value >= '!' && value <= '~') || (value >= 0xa1 && value != 0xad);
        }
    }

    /** The tokenizer of T5 in place of a model's own, over the same tokens and scores. */
    private static final class UnigramTokens {
        static LooseModel instead(LooseModel model) {
            model.put("tokenizer.ggml.model", LooseValue.string("t5"));
            return model;
        }
    }

    private static LooseValue texts(List<String> texts) {
        return LooseValue.strings(texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList());
    }
}
