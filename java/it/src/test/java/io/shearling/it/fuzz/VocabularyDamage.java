package io.shearling.it.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Tokens, scores, kinds, merges and special tokens that do not fit each other. */
final class VocabularyDamage implements Damage {
    private static final String PREFIX = "tokenizer.ggml.";

    private static final List<String> SPECIAL = Damage.words("""
            bos eos eot eom unknown seperator padding cls mask prefix suffix middle fim_pre fim_suf fim_mid fim_pad
            fim_rep fim_sep
            """);

    private static final List<String> SWITCHES = Damage.words("""
            add_bos_token add_eos_token add_sep_token add_space_prefix remove_extra_whitespaces
            """);

    private static final List<String> CUTTERS =
            List.of("llama", "gpt2", "bert", "t5", "rwkv", "plamo2", "none", "no_vocab", "replit", "gemma4", "x", "");

    private static final List<String> PRE_CUTTERS = List.of(
            "default",
            "llama-bpe",
            "gpt-2",
            "qwen2",
            "deepseek-llm",
            "falcon",
            "starcoder",
            "gpt-4o",
            "tekken",
            "x",
            "",
            "mpt",
            "olmo",
            "dbrx",
            "smaug-bpe",
            "poro-chat",
            "chatglm-bpe",
            "viking",
            "jais",
            "bloom",
            "exaone",
            "superbpe",
            "kimi-k2",
            "minerva-7b",
            "megrez",
            "llama4",
            "seed-coder",
            "youtu",
            "jina-v2-de");

    private static final List<String> ODD_TEXTS = List.of(
            "",
            "\0",
            " ",
            "\n",
            "▁",
            "a".repeat(70_000),
            "<0x41>",
            "<0xZZ>",
            "<0x",
            "<|im_end|>",
            "<|eot_id|>",
            "<s>",
            "</s>",
            "<EOT>",
            "<|fim_prefix|>",
            "🐑".repeat(20),
            "\uFFFD",
            "▁▁▁▁▁▁▁▁");

    private static final byte[][] NOT_TEXT = {
        {(byte) 0xff},
        {(byte) 0xc3},
        {(byte) 0xf0, (byte) 0x9f},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0x80, (byte) 0x80},
        {(byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80}
    };

    @Override
    public String to(LooseModel model, Random random) {
        return switch (random.nextInt(10)) {
            case 0, 1 -> tokens(model, random);
            case 2 -> numbers(model, random, "scores", LooseValue.F32);
            case 3 -> numbers(model, random, "token_type", LooseValue.I32);
            case 4, 5 -> special(model, random);
            case 6 -> merges(model, random);
            case 7 -> put(model, "model", Damage.pick(random, CUTTERS));
            case 8 -> put(model, "pre", Damage.pick(random, PRE_CUTTERS));
            default -> {
                String name = PREFIX + Damage.pick(random, SWITCHES);
                int value = random.nextInt(2);
                model.put(name, LooseValue.scalar(LooseValue.BOOL, value));
                yield name + " = " + value;
            }
        };
    }

    private static String put(LooseModel model, String name, String value) {
        model.put(PREFIX + name, LooseValue.string(value));
        return PREFIX + name + " = " + value;
    }

    private static String tokens(LooseModel model, Random random) {
        List<byte[]> texts = texts(model, "tokens");
        if (texts.isEmpty()) {
            return "no tokens";
        }
        int at = random.nextInt(texts.size());
        String what = switch (random.nextInt(6)) {
            case 0 -> {
                texts.subList(at, texts.size()).clear();
                yield "only " + at + " tokens";
            }
            case 1 -> {
                texts.set(at, texts.get(random.nextInt(texts.size())));
                yield "token " + at + " as another";
            }
            case 2 -> {
                texts.set(at, NOT_TEXT[random.nextInt(NOT_TEXT.length)]);
                yield "token " + at + " is not UTF-8";
            }
            case 3 -> {
                texts.add("one more".getBytes(StandardCharsets.UTF_8));
                yield "a token more";
            }
            case 4 -> {
                Collections.shuffle(texts.subList(at, texts.size()), random);
                yield "tokens from " + at + " on shuffled";
            }
            default -> {
                String odd = Damage.pick(random, ODD_TEXTS);
                texts.set(at, odd.getBytes(StandardCharsets.UTF_8));
                yield "token " + at + " is " + (odd.length() > 30 ? odd.substring(0, 4) + "..." : odd);
            }
        };
        model.put(PREFIX + "tokens", LooseValue.strings(texts));
        return what;
    }

    private static String numbers(LooseModel model, Random random, String name, int type) {
        LooseValue value =
                model.key(PREFIX + name).map(key -> key.value).orElse(LooseValue.array(type, 0, new byte[0]));
        if (!value.isArrayOf(type)) {
            return name + " is something else";
        }
        byte[] elements = value.elements();
        int count = elements.length / 4;
        switch (random.nextInt(4)) {
            case 0 -> {
                count = random.nextInt(count + 1);
                elements = Arrays.copyOf(elements, count * 4);
            }
            case 1 -> random.nextBytes(elements);
            case 2 -> {
                byte[] one = new byte[4];
                random.nextBytes(one);
                for (int i = 0; i < elements.length; i++) {
                    elements[i] = type == LooseValue.F32 ? one[i % 4] : i % 4 == 0 ? (byte) (one[0] & 7) : 0;
                }
            }
            default -> {
                byte[] odd = LooseValue.f32(random.nextBoolean() ? Float.NaN : Float.POSITIVE_INFINITY)
                        .bytes();
                if (count > 0) {
                    System.arraycopy(odd, 0, elements, 4 * random.nextInt(count), 4);
                }
            }
        }
        model.put(PREFIX + name, LooseValue.array(type, count, elements));
        return name + " other";
    }

    private static String special(LooseModel model, Random random) {
        String name = PREFIX + Damage.pick(random, SPECIAL) + "_token_id";
        int size = texts(model, "tokens").size();
        long id = Damage.pick(
                random,
                List.of(0L, (long) size - 1, (long) size, size + 1L, -1L, 0xffff_ffffL, (1L << 31) - 1, 3L, 300L));
        model.put(name, LooseValue.scalar(random.nextInt(4) == 0 ? LooseValue.I32 : LooseValue.U32, id));
        return name + " = " + id;
    }

    private static String merges(LooseModel model, Random random) {
        List<byte[]> merges = texts(model, "merges");
        String odd = Damage.pick(
                random, List.of("", " ", "a", "ab", "a b c", "  ", "a  b", "\0 \0", "Ġ Ġ", "a b", "🐑 🐑", " a", "a "));
        int at = random.nextInt(merges.size() + 1);
        switch (random.nextInt(4)) {
            case 0 -> merges.clear();
            case 1 -> Collections.shuffle(merges, random);
            case 2 -> merges.addAll(at, Collections.nCopies(random.nextInt(50), odd.getBytes(StandardCharsets.UTF_8)));
            default -> merges.add(at, odd.getBytes(StandardCharsets.UTF_8));
        }
        model.put(PREFIX + "merges", LooseValue.strings(merges));
        return merges.size() + " merges, with \"" + odd + "\"";
    }

    private static List<byte[]> texts(LooseModel model, String name) {
        return model.key(PREFIX + name)
                .filter(key -> key.value.isArrayOf(LooseValue.STRING))
                .map(key -> new ArrayList<>(key.value.texts()))
                .orElseGet(ArrayList::new);
    }
}
