#include "fixture.h"

#include <cstring>
#include <thread>

using namespace fixture;

namespace {

class ChatTest : public Counted {
protected:
    Model model;

    void SetUp() override {
        load_backend();
        Counted::SetUp();
        model = load(decoder_file());
    }

    void TearDown() override {
        model.reset();
        Counted::TearDown();
    }

    Template make(const char * source = nullptr) {
        shl_template * made = nullptr;
        EXPECT_EQ(shl_template_new(model.get(), source, &made), SHL_OK) << shl_last_error();
        return Template(made);
    }

    shl_status refusal(const char * source) {
        shl_template * made = nullptr;
        const auto status = shl_template_new(model.get(), source, &made);
        EXPECT_EQ(made, nullptr);
        return status;
    }

    static shl_status apply(const Template & made, const std::string & request, std::string & out) {
        shl_text * text = nullptr;
        const auto * const bytes = reinterpret_cast<const uint8_t *>(request.data());
        const auto status = shl_template_apply(made.get(), bytes, static_cast<int64_t>(request.size()), &text);
        out = text == nullptr ? "" : take(text);
        return status;
    }

    static std::string render(const Template & made, const std::string & request) {
        std::string out;
        EXPECT_EQ(apply(made, request, out), SHL_OK) << shl_last_error();
        return out;
    }
};

constexpr const char * HELLO = R"({"messages":[{"role":"user","content":"Hello"}]})";

} // namespace

TEST_F(ChatTest, apply_ownTemplate_promptWithoutBos) {
    const auto made = make();
    EXPECT_EQ(render(made, HELLO), R"({"prompt":"<user>Hello</s><assistant>","stops":[],"thinking":false})");
    shl_text * source = nullptr;
    ASSERT_EQ(shl_template_source(made.get(), &source), SHL_OK);
    EXPECT_NE(take(source).find("raise_exception"), std::string::npos);
    EXPECT_EQ(counters().templates, 1);
}

TEST_F(ChatTest, apply_options_reachTheTemplate) {
    const auto made = make("{{ messages[0].content }}|{{ 'open' if add_generation_prompt else 'done' }}|{{ color }}");
    EXPECT_EQ(render(made, R"({"messages":[{"role":"user","content":"x"}],"kwargs":{"color":"\"red\""}})"),
        R"({"prompt":"x|open|red","stops":[],"thinking":false})");
    EXPECT_EQ(render(made, R"({"messages":[{"role":"user","content":"x"}],"add_generation_prompt":false})"),
        R"({"prompt":"x|done|","stops":[],"thinking":false})");
}

TEST_F(ChatTest, apply_lastOfAssistant_promptStaysOpen) {
    const auto made = make();
    const auto out =
        render(made, R"({"messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Well"}]})");
    EXPECT_NE(out.find("<assistant>Well\""), std::string::npos) << out;
}

TEST_F(ChatTest, apply_tools_accepted) {
    const auto made = make("{% if tools %}{{ tools[0].function.name }}: {% endif %}{{ messages[0].content }}");
    const auto out = render(made, R"({"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":
        {"name":"shear","description":"d","parameters":{"type":"object","properties":{}}}}]})");
    EXPECT_NE(out.find("shear"), std::string::npos) << out;
}

TEST_F(ChatTest, apply_refusedByTemplate_reasonTold) {
    const auto made = make();
    std::string out;
    EXPECT_EQ(apply(made, R"({"messages":[{"role":"wolf","content":"x"}]})", out), SHL_BAD_TEMPLATE);
    EXPECT_NE(std::string(shl_last_error()).find("roles have to be"), std::string::npos) << shl_last_error();
}

// Each is harmless for the message that a model is tried with.
TEST_F(ChatTest, apply_templateWithoutAnEnd_refused) {
    const char * const endless[] = {
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{{ range(2000000000) | length }}",
        "{{ 'x' * 100000000000 }}",
        "{{ ('x' * 1000000) | replace('x', 'xx') }}",
        "{{ ('x ' * 1000000) | split(' ') | length }}",
        "{{ 'x' | indent(2000000000, true) | indent(2000000000, true) }}",
        "{{ messages | tojson(indent=2000000000) }}",
        "{% set ns = namespace(x='x') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=['x']) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
        "{{ ns.x == ns.x }}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = (ns.x + ns.x) | reverse | list %}{% "
        "endfor %}",
        "{{ (range(10000) | list) | join('x' * 1000000) | length }}",
        "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
        "{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set a = [] %}{% set _ = a.append(a) %}{{ a }}",
        "{% set a = [] %}{% set _ = a.append(a) %}{{ a | tojson }}",
        "{% set a = [] %}{% set _ = a.append(a) %}{{ a | string }}",
    };
    for (const auto * const jinja : endless) {
        const auto source =
            "{% if messages[0].content == 'endless' %}" + std::string(jinja) + "{% endif %}{{ messages[0].content }}";
        const auto made = make(source.c_str());
        std::string out;
        EXPECT_EQ(apply(made, R"({"messages":[{"role":"user","content":"endless"}]})", out), SHL_BAD_TEMPLATE)
            << source << out.substr(0, 100);
        EXPECT_EQ(render(made, HELLO), R"({"prompt":"Hello","stops":[],"thinking":false})");
    }
}

// A conversation of a book's length is no endless template.
TEST_F(ChatTest, apply_longConversation_rendered) {
    std::string messages;
    for (int i = 0; i < 2000; ++i) {
        messages += R"({"role":"user","content":"sheep"},{"role":"assistant","content":"wool"},)";
    }
    const auto prompt = render(make(), R"({"messages":[)" + messages + R"({"role":"user","content":"grass"}]})");
    EXPECT_GT(prompt.size(), 2000u * std::strlen("<user>sheep</s><assistant>wool</s>"));
}

TEST_F(ChatTest, apply_badRequests_refused) {
    const auto made = make();
    std::string out;
    for (const char * const request : {"{", "[]", "{}", R"({"messages":3})", R"({"messages":[]})",
             R"({"messages":[3]})", R"({"messages":[{"content":"x"}]})", R"({"messages":[{"role":"user"}]})",
             R"({"messages":[{"role":"user","content":"x"}],"colour":1})",
             R"({"messages":[{"role":"user","content":"x"}],"kwargs":[]})",
             R"({"messages":[{"role":"user","content":"x"}],"kwargs":{"a":"no json"}})",
             R"({"messages":[{"role":"user","content":"x"}],"kwargs":{"a":1}})",
             R"({"messages":[{"role":"user","content":"x"}],"tools":"x"})",
             R"({"messages":[{"role":"user","content":"x"}],"enable_thinking":"x"})",
             R"({"messages":[{"role":"user","content":4}]})",
             R"({"messages":[{"role":"assistant","content":"x"},{"role":"assistant","content":"x"}]})"}) {
        EXPECT_EQ(apply(made, request, out), SHL_INVALID_ARGUMENT) << request;
        EXPECT_STRNE(shl_last_error(), "");
    }
    EXPECT_EQ(apply(made, std::string(100000, '['), out), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(apply(made, "", out), SHL_INVALID_ARGUMENT);
}

TEST_F(ChatTest, apply_invalidUtf8_noCrash) {
    const auto made = make();
    std::string out;
    EXPECT_EQ(apply(made, "{\"messages\":[{\"role\":\"user\",\"content\":\"\xFF\"}]}", out), SHL_INVALID_ARGUMENT);
}

TEST_F(ChatTest, new_badTemplates_refused) {
    EXPECT_EQ(refusal("{% if %}"), SHL_BAD_TEMPLATE);
    EXPECT_STRNE(shl_last_error(), "std::exception");
    EXPECT_EQ(refusal("{{ unclosed"), SHL_BAD_TEMPLATE);
    EXPECT_EQ(refusal(""), SHL_BAD_TEMPLATE);
    EXPECT_EQ(refusal(("{{" + std::string(10000, '(') + "}}").c_str()), SHL_BAD_TEMPLATE);
    EXPECT_EQ(refusal(std::string(300000, ' ').c_str()), SHL_BAD_TEMPLATE);
    std::string deep;
    for (int i = 0; i < 8000; ++i) {
        deep += "{%if a%}";
    }
    EXPECT_EQ(refusal(deep.c_str()), SHL_BAD_TEMPLATE); // a parser that recurses survives it
}

TEST_F(ChatTest, new_modelWithoutTemplate_unsupported) {
    model = load(encoder_file());
    EXPECT_EQ(refusal(nullptr), SHL_UNSUPPORTED);
}

TEST_F(ChatTest, apply_manyThreads_sameText) {
    const auto made = make();
    const auto expected = render(made, HELLO);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int j = 0; j < 10; ++j) {
                EXPECT_EQ(render(made, HELLO), expected);
            }
        });
    }
    for (auto & thread : threads) {
        thread.join();
    }
}

TEST_F(ChatTest, functions_null_refused) {
    shl_text * text = nullptr;
    const uint8_t byte = '{';
    EXPECT_EQ(shl_template_new(nullptr, "x", nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_template_new(model.get(), "x", nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_template_source(nullptr, &text), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_template_apply(nullptr, &byte, 1, &text), SHL_INVALID_ARGUMENT);
    const auto made = make();
    EXPECT_EQ(shl_template_source(made.get(), nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_template_apply(made.get(), nullptr, 1, &text), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_template_apply(made.get(), &byte, 1, nullptr), SHL_INVALID_ARGUMENT);
}
