package io.shearling.it.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Chat templates that are broken, deep, endless or greedy, for every message or for some. */
final class TemplateDamage implements Damage {
    private static final List<String> TEMPLATES = List.of(
            "",
            "{{",
            "{%",
            "{% for %}",
            "{{ nobody.has.this }}",
            "{% if true %}",
            "{% endfor %}",
            "{{ 1 / 0 }}",
            "{{ 1 % 0 }}",
            "{{ messages[99].content }}",
            "{{ messages[-1].content }}{{ messages[-99] }}",
            "{{ raise_exception('no') }}",
            "{{ messages | tojson(indent=2000000000) }}",
            "{{ 'x' * 1000000000 }}",
            "{{ range(2000000000) | list | length }}",
            "{% for i in range(1000000000) %}x{% endfor %}",
            "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
            "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
            "{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}",
            "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}",
            "{% set a = [] %}{% set _ = a.append(a) %}{{ a }}",
            "{% set d = {'a': 1} %}{% set _ = d.update({'b': d}) %}{{ d | tojson }}",
            "{{ messages[0].content[::-1] }}{{ messages[0].content[5:-900] }}{{ messages[0].content[::0] }}",
            "{{ 'abc'.split('') }}{{ 'abc'.replace('', 'x') }}",
            "{{ '%s %s' | format(1) }}",
            "{{ [1, 2, 3] | join(',') | upper | trim | length | int | string | float }}",
            "{{ strftime_now('%Y' * 10000) }}",
            "{{ 9223372036854775807 + 1 }}{{ -9223372036854775808 // -1 }}",
            "{{ '\\ud800' }}\u0000{{ '\u0000' }}",
            "{% set x = messages %}{% set messages = 1 %}{{ messages.content }}",
            "{% generation %}{{ messages }}{% endgeneration %}",
            "{{ messages | map(attribute='content') | list | sort | unique | first | last }}",
            "{{ messages | selectattr('role', 'equalto', 'user') | list }}{{ tools | tojson }}",
            "{{ namespace }}{{ range }}{{ loop }}{{ self }}{{ bos_token[0:2000000000] }}");

    /** Fine for one user's message, which is all that a trial may have shown it. */
    private static final List<String> CONDITIONS = List.of(
            "messages | length > 1",
            "messages[0].role == 'system'",
            "messages[0].content | length > 100",
            "messages[0].content == ''",
            "not add_generation_prompt",
            "'{' in messages[0].content",
            "messages[-1].role == 'tool'");

    @Override
    public String to(LooseModel model, Random random) {
        String jinja = switch (random.nextInt(6)) {
            case 0 -> deep(random);
            case 1 -> mangled(model, random);
            case 2, 3 ->
                "{% if " + Damage.pick(random, CONDITIONS) + " %}" + Damage.pick(random, TEMPLATES)
                        + "{% endif %}{{ messages[0].content }}";
            default -> Damage.pick(random, TEMPLATES);
        };
        model.put("tokenizer.chat_template", LooseValue.string(jinja));
        return "template " + (jinja.length() > 200 ? jinja.substring(0, 200) + "..." : jinja);
    }

    private static String deep(Random random) {
        int depth = Damage.pick(random, List.of(100, 250, 5000, 60_000));
        return switch (random.nextInt(6)) {
            case 0 -> "{{ " + "(".repeat(depth) + "1" + ")".repeat(depth) + " }}";
            case 1 -> "{{ " + "-".repeat(depth) + "1 }}";
            case 2 -> "{{ " + "not ".repeat(depth) + "1 }}";
            case 3 -> "{{ 1" + " + 1".repeat(depth) + " }}";
            case 4 -> "{% if 1 %}".repeat(depth / 4) + "x" + "{% endif %}".repeat(depth / 4);
            default -> "{{ x" + ".a".repeat(depth) + " }}";
        };
    }

    /** The model's own with some of its text elsewhere. */
    private static String mangled(LooseModel model, Random random) {
        List<String> parts = new ArrayList<>(List.of(model.key("tokenizer.chat_template")
                .map(key -> new String(key.value.bytes(), StandardCharsets.ISO_8859_1))
                .orElse("{{ messages }}")
                .split("(?<=[{}%' .+\\[\\]])", -1)));
        for (int i = 0; i < 3; i++) {
            int at = random.nextInt(parts.size());
            switch (random.nextInt(3)) {
                case 0 -> parts.add(at, Damage.pick(random, parts));
                case 1 -> parts.set(at, "");
                default -> parts.add(at, parts.get(at));
            }
        }
        return String.join("", parts);
    }
}
