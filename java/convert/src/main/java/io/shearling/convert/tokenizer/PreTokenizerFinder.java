package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.tokenizer.PreTokenizerId.Basis;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds llama.cpp's name for a pre-tokenizer: by hash, by hash without what is around a text, by structure, by how it cuts texts; or
 * not at all.
 */
final class PreTokenizerFinder {
    /** With more special tokens than this, not each pair of them is tried. */
    private static final int MAX_PAIRED = 64;

    /** Regular expressions of real tokenizers are shown whole. */
    private static final int LONGEST_STEPS = 2_000;

    /** The names with which llama.cpp takes a whole word that is a token without merging. */
    private static final Set<String> IGNORE_MERGES = Set.of(
            "llama-bpe",
            "falcon3",
            "falcon-h1",
            "pixtral",
            "midm-2.0",
            "lfm2",
            "jina-v5-nano",
            "minicpm5",
            "youtu",
            "tekken",
            "granite-embed-multi-97m");

    private final TokenizerJson json;
    private final TextEncoder encoder;

    private PreTokenizerFinder(TokenizerJson json) {
        this.json = json;
        encoder = TextEncoder.of(json);
    }

    /**
     * The name for this tokenizer.
     *
     * @param upstream whether only the table of hashes counts
     * @throws ConvertException when there is none
     */
    static PreTokenizerId find(TokenizerJson json, boolean upstream) {
        PreTokenizerFinder finder = new PreTokenizerFinder(json);
        String hash = CheckHash.of(finder.encoder.encode(CheckHash.text(), true));
        Optional<PreTokenizerId> found = CheckHash.name(hash).map(name -> new PreTokenizerId(name, Basis.HASH, hash));
        if (!upstream) {
            found = found.or(() -> finder.inside(hash))
                    .or(() -> finder.structure(hash))
                    .or(() -> finder.behaviour(hash));
        }
        return found.orElseThrow(() -> finder.unknown(hash));
    }

    private Optional<PreTokenizerId> inside(String hash) {
        int[] ids = encoder.encode(CheckHash.text(), false);
        Set<String> names = new LinkedHashSet<>();
        List<Integer> special = json.addedTokens().stream()
                .filter(AddedToken::special)
                .map(AddedToken::id)
                .toList();
        // Nothing around, then a beginning, then an end: the plainest explanation holds.
        name(-1, ids, -1).ifPresent(names::add);
        special.forEach(first -> name(first, ids, -1).ifPresent(names::add));
        special.forEach(last -> name(-1, ids, last).ifPresent(names::add));
        if (special.size() <= MAX_PAIRED) {
            special.forEach(
                    first -> special.forEach(last -> name(first, ids, last).ifPresent(names::add)));
        }
        // Llama 3's tokens without their beginning are those of another name, with which it would not merge as it does.
        return names.stream()
                .filter(name -> IGNORE_MERGES.contains(name) == json.ignoreMerges())
                .findFirst()
                .or(() -> names.stream().findFirst())
                .map(name -> new PreTokenizerId(name, Basis.HASH_INSIDE, hash));
    }

    private static Optional<String> name(int first, int[] ids, int last) {
        return CheckHash.name(CheckHash.of(wrap(first, ids, last)));
    }

    private static int[] wrap(int first, int[] ids, int last) {
        Ids wrapped = new Ids();
        if (first >= 0) {
            wrapped.add(first);
        }
        wrapped.addAll(ids);
        if (last >= 0) {
            wrapped.add(last);
        }
        return wrapped.toArray();
    }

    private Optional<PreTokenizerId> structure(String hash) {
        return Signature.name(json).map(name -> new PreTokenizerId(name, Basis.STRUCTURE, hash));
    }

    private Optional<PreTokenizerId> behaviour(String hash) {
        if (json.type() != ModelType.BPE || json.byteFallback()) {
            return Optional.empty();
        }
        List<String> texts =
                SplitProgram.corpus().stream().map(this::asLlamaCppSees).toList();
        List<List<String>> cut = texts.stream().map(encoder::pieces).toList();
        return SplitProgram.all().stream()
                .flatMap(program -> program.names().stream()
                        .filter(name -> IGNORE_MERGES.contains(name) == json.ignoreMerges())
                        .limit(1)
                        .filter(name -> cutsInto(program, texts, cut)))
                .findFirst()
                .map(name -> new PreTokenizerId(name, Basis.BEHAVIOUR, hash));
    }

    private static boolean cutsInto(SplitProgram program, List<String> texts, List<List<String>> cut) {
        for (int i = 0; i < texts.size(); i++) {
            List<String> pieces = program.split(texts.get(i)).stream()
                    .map(ByteLetters::encode)
                    .toList();
            if (!pieces.equals(cut.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** It does not compose letters; where that is all that a tokenizer does to a text, the names mean the same without it. */
    private String asLlamaCppSees(String text) {
        boolean composed =
                json.normalizer().filter(part -> part.type().equals("NFC")).isPresent();
        return composed ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
    }

    private ConvertException unknown(String hash) {
        return new ConvertException(
                Kind.TOKENIZER,
                json.file(),
                "llama.cpp has no name for this pre-tokenizer, whose steps are "
                        + Shown.of(Signature.of(json), LONGEST_STEPS) + " and whose hash is " + hash,
                "if you know that one of llama.cpp's splits texts in the same way, say --pre NAME");
    }
}
