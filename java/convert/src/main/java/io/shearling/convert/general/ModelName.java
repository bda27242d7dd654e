package io.shearling.convert.general;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the name of a folder or repository says of a model: {@code SmolLM2-135M-Instruct} is the finetune Instruct of SmolLM2 with
 * 135M parameters. The rules are gguf-py's ({@code Metadata.get_model_id_components}), so that files get the names they would get
 * there.
 *
 * @param full the whole name without the organization, as it was given
 * @param organizationId the organization, as it was given
 * @param size its size, when it says one that fits
 */
record ModelName(
        String full,
        Optional<String> organizationId,
        Optional<String> base,
        Optional<String> finetune,
        Optional<String> version,
        Optional<String> size) {
    private static final Pattern DASH = Pattern.compile("-");
    private static final Pattern VERSION = whole("(v|iter)?\\d+([.]\\d+)*");
    private static final Pattern TYPE = whole("i?q\\d(_\\w)*|b?fp?(16|32)");
    private static final Pattern SIZE =
            whole("(([A]|\\d+[x])?\\d+([._]\\d+)?[KMBT][\\d]?|small|mini|medium|large|x?xl)");
    private static final Pattern FINETUNE = whole("chat|instruct|vision|lora");
    private static final Pattern PLAIN_NUMBER = Pattern.compile("[+-]?\\d+([._]\\d+)*");

    private enum Role {
        BASE,
        SIZE,
        FINETUNE,
        VERSION,
        TYPE
    }

    private static Pattern whole(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
    }

    /** The whole name as a title. */
    String name() {
        return title(full);
    }

    /** The organization as a title. */
    Optional<String> organization() {
        return organizationId.map(ModelName::title);
    }

    /**
     * Reads a name.
     *
     * @param id {@code organization/name} or {@code name}
     * @param parameters of the model, to tell a size from a context length; those of an adapter, which may be for a part of the
     *     model only, negated
     */
    static ModelName of(String id, long parameters) {
        if (id.contains(" ")) {
            return new ModelName(
                    title(id),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
        int slash = id.indexOf('/');
        String organization = slash > 0 && id.charAt(0) != '.' ? id.substring(0, slash) : "";
        String full = id.substring(slash + 1);
        List<String> parts = new ArrayList<>();
        DASH.splitAsStream(full).filter(part -> !part.isEmpty()).forEach(parts::add);
        List<Set<Role>> roles = roles(parts, parameters);
        Optional<String> size = joined(parts, roles, role -> role.contains(Role.SIZE), true);
        Optional<String> finetune = joined(parts, roles, role -> role.contains(Role.FINETUNE), false);
        Optional<String> version =
                joined(parts, roles, role -> role.contains(Role.VERSION) && !role.contains(Role.BASE), false);
        // With a base alone it could as well be anything else.
        boolean clear = size.isPresent() || finetune.isPresent() || version.isPresent();
        return new ModelName(
                full,
                Optional.of(organization).filter(text -> !text.isEmpty()),
                clear ? joined(parts, roles, role -> role.contains(Role.BASE), false) : Optional.empty(),
                finetune,
                version,
                size);
    }

    private static List<Set<Role>> roles(List<String> parts, long parameters) {
        List<Set<Role>> roles = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            Set<Role> role = EnumSet.noneOf(Role.class);
            if (VERSION.matcher(part).matches()) {
                role.add(Role.VERSION);
            } else if (TYPE.matcher(part).matches()) {
                role.add(Role.TYPE);
                parts.set(i, part.toUpperCase(Locale.ROOT));
            } else if (i > 0 && SIZE.matcher(part).matches()) {
                parts.set(i, size(part, parameters, role));
            } else if (i > 0 && FINETUNE.matcher(part).matches()) {
                // That an adapter is one says nothing of it.
                role.add(parameters < 0 && part.equalsIgnoreCase("lora") ? Role.TYPE : Role.FINETUNE);
            }
            roles.add(role);
        }
        dropWordSizes(parts, roles);
        findBase(parts, roles);
        return roles;
    }

    /** Writes a size in the usual way, and decides whether it is one: {@code 128k} beside a model of 8B is a context length. */
    private static String size(String text, long parameters, Set<Role> role) {
        String part = text.replace('_', '.');
        char last = part.charAt(part.length() - 1);
        if (Character.isDigit(last)) {
            // As in bloom-7b1.
            part = part.substring(0, part.length() - 2) + "." + last + part.charAt(part.length() - 2);
        }
        int end = part.length() - 1;
        if (end > 0 && Character.isDigit(part.charAt(end - 1)) && "kmbt".indexOf(part.charAt(end)) >= 0) {
            part = part.substring(0, end) + Character.toUpperCase(part.charAt(end));
        }
        String number = part.substring(0, end);
        if (parameters != 0 && PLAIN_NUMBER.matcher(number).matches() && !number.contains("_")) {
            double labelled = Double.parseDouble(number) * Math.pow(1000, " KMBT".indexOf(part.charAt(end)));
            long far = parameters < 0 ? -parameters / 8 : 7 * parameters / 8;
            boolean other = parameters < 0 ? labelled < far : Math.abs(labelled - parameters) > far;
            if (other) {
                role.add(Role.FINETUNE);
                part = number + Character.toLowerCase(part.charAt(end));
            }
        }
        if (role.isEmpty()) {
            role.add(Role.SIZE);
        }
        return part;
    }

    /** A word is no size where there is a number. */
    private static void dropWordSizes(List<String> parts, List<Set<Role>> roles) {
        boolean numbered = IntStream.range(0, parts.size())
                .anyMatch(i ->
                        roles.get(i).contains(Role.SIZE) && parts.get(i).chars().anyMatch(Character::isDigit));
        for (int i = 0; numbered && i < parts.size(); i++) {
            if (parts.get(i).chars().allMatch(Character::isLetter)) {
                roles.get(i).remove(Role.SIZE);
            }
        }
    }

    private static void findBase(List<String> parts, List<Set<Role>> roles) {
        boolean atStart = true;
        for (int i = 0; i < parts.size(); i++) {
            Set<Role> role = roles.get(i);
            if (atStart
                    && ((role.isEmpty() && Character.isLetter(parts.get(i).charAt(0)))
                            || role.contains(Role.VERSION))) {
                role.add(Role.BASE);
            } else {
                atStart = false;
                if (role.isEmpty()) {
                    role.add(Role.FINETUNE);
                }
            }
        }
        // A version at the end is one.
        for (int i = parts.size() - 1; i >= 0; i--) {
            Set<Role> role = roles.get(i);
            if (!role.contains(Role.BASE) || role.size() == 1) {
                break;
            }
            role.remove(Role.BASE);
        }
    }

    private static Optional<String> joined(
            List<String> parts, List<Set<Role>> roles, Predicate<Set<Role>> wanted, boolean once) {
        List<String> chosen = IntStream.range(0, parts.size())
                .filter(i -> wanted.test(roles.get(i)))
                .mapToObj(parts::get)
                .toList();
        String text = String.join("-", once ? new LinkedHashSet<>(chosen) : Collections.unmodifiableList(chosen));
        return Optional.of(text).filter(one -> !one.isEmpty());
    }

    /** Words with a capital at the start, but for versions and what has capitals already. */
    static String title(String text) {
        return List.of(text.strip().replace('-', ' ').split("\\s+")).stream()
                .map(word -> lower(word) && !word.matches("v\\d+(?:\\.\\d+)*|\\d.*") ? capital(word) : word)
                .collect(Collectors.joining(" "));
    }

    private static boolean lower(String word) {
        return word.chars().anyMatch(Character::isLowerCase) && word.chars().noneMatch(Character::isUpperCase);
    }

    /** As Python's {@code str.title}: a letter after anything but a letter is a capital. */
    private static String capital(String word) {
        StringBuilder text = new StringBuilder(word.length());
        boolean within = false;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            text.append(within ? c : Character.toTitleCase(c));
            within = Character.isLetter(c);
        }
        return text.toString();
    }
}
