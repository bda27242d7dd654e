#include "capture.h"
#include "deep.h"
#include "handles.h"
#include "shell.h"

#include "chat.h"
#include "log.h"

#include <cstring>
#include <mutex>
#include <stdexcept>
#include <utility>

struct shl_template {
    common_chat_templates_ptr templates;
    bool thinks; // the template knows the switch enable_thinking
    std::mutex rendering; // upstream does not say whether its engine's syntax trees may be shared
};

namespace {

using shell::fail;
using shell::fail_with;

constexpr size_t LARGEST_TEMPLATE = 256 * 1024;
constexpr int64_t LARGEST_REQUEST = 256 << 20;
constexpr int DEEPEST = 200;

// What a template may do at a time: a tenth of a second of work, and more for a long request, of which an honest one
// needs some hundred steps a message. It is tried with a dozen messages when it is parsed.
constexpr int64_t MOST_WORK = int64_t{64} << 20;
constexpr int64_t MOST_WORK_A_BYTE = 2048;
constexpr int MOST_DEPTH = 25'000;

// A request that is not what chat.h says.
struct BadRequest : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void silence_common_log() {
    // common writes its own log to stdout and stderr, in a thread of its own. What matters arrives as exceptions.
    static std::once_flag once;
    std::call_once(once, [] { common_log_set_verbosity_thold(-1); });
}

std::string own_source(const llama_model * model) {
    for (const char * name : {static_cast<const char *>(nullptr), "tool_use"}) {
        if (const char * const source = llama_model_chat_template(model, name); source != nullptr && *source != '\0') {
            return source;
        }
    }
    return "";
}

shl_status check_source(const std::string & source) {
    if (source.size() > LARGEST_TEMPLATE) {
        return fail(SHL_BAD_TEMPLATE, "a template of %zu bytes is longer than the %zu that are read", source.size(),
            LARGEST_TEMPLATE);
    }
    if (const int depth = shell::bracket_depth(source, false); depth > DEEPEST) {
        return fail(SHL_BAD_TEMPLATE, "brackets are nested %d deep, more than the %d that are read", depth, DEEPEST);
    }
    return SHL_OK;
}

// Upstream wraps what a template said in lines about where it said it, and what a parser said in the source around it.
std::string essence(const char * message) {
    const std::string text = message;
    for (const char * const marker : {"Jinja Exception: ", "\nError: "}) {
        if (const size_t at = text.rfind(marker); at != std::string::npos) {
            return text.substr(at + std::strlen(marker));
        }
    }
    const size_t start = text.find_first_not_of("\r\n ");
    return start == std::string::npos ? "the template failed" : text.substr(start, text.find('\n', start) - start);
}

common_chat_templates_ptr parse(const llama_model * model, const char * source) {
    common_chat_templates_ptr templates;
    shell::run_deep([&] {
        jinja::set_limits(MOST_WORK, MOST_DEPTH);
        // Upstream's own entry loses the message of the exception, so that the faulty template is found here first.
        jinja::lexer lexer;
        const auto tokens = lexer.tokenize(source == nullptr ? own_source(model) : source);
        jinja::parse_from_tokens(tokens);
        templates = common_chat_templates_init(model, source == nullptr ? "" : source);
    });
    return templates;
}

bool flag(const common_json & request, const char * key, bool otherwise) {
    if (!request.contains(key) || request.at(key).is_null()) {
        return otherwise;
    }
    if (!request.at(key).is_boolean()) {
        throw BadRequest(std::string("'") + key + "' is not true or false");
    }
    return request.at(key).get<bool>();
}

void read_kwargs(const common_json & request, common_chat_templates_inputs & inputs) {
    if (!request.contains("kwargs")) {
        return;
    }
    if (!request.at("kwargs").is_object()) {
        throw BadRequest("'kwargs' is not an object");
    }
    for (const auto & [name, value] : request.at("kwargs").items()) {
        const std::string text = value.is_string() ? value.get<std::string>() : "";
        if (shell::bracket_depth(text, true) > DEEPEST || common_json::parse_no_throw(text).is_discarded()) {
            throw BadRequest("the value of '" + name + "' in 'kwargs' is not the text of a JSON value");
        }
        inputs.chat_template_kwargs[name] = text;
    }
}

void check_messages(const common_json & messages) {
    if (!messages.is_array() || messages.empty()) {
        throw BadRequest("'messages' is not an array with at least one message");
    }
    for (size_t i = 0; i < messages.size(); ++i) {
        const auto & message = messages.at(i);
        const auto where = "message " + std::to_string(i);
        if (!message.is_object() || !message.contains("role") || !message.at("role").is_string()) {
            throw BadRequest(where + " has no role");
        }
        const bool assistant = message.at("role").get<std::string>() == "assistant";
        if (!message.contains("content") && !(assistant && message.contains("tool_calls"))) {
            throw BadRequest(where + " has no content");
        }
    }
}

common_chat_templates_inputs read_request(const common_json & request, const shl_template & template_) {
    if (!request.is_object()) {
        throw BadRequest("the request is not a JSON object");
    }
    for (const auto & [key, value] : request.items()) {
        if (key != "messages" && key != "tools" && key != "add_generation_prompt" && key != "enable_thinking"
            && key != "kwargs") {
            throw BadRequest("the request has an unknown field '" + key + "'");
        }
    }
    if (!request.contains("messages")) {
        throw BadRequest("the request has no 'messages'");
    }
    check_messages(request.at("messages"));

    common_chat_templates_inputs inputs;
    try {
        inputs.messages = common_chat_msgs_parse_oaicompat(request.at("messages"));
        if (request.contains("tools")) {
            inputs.tools = common_chat_tools_parse_oaicompat(request.at("tools"));
        }
    } catch (const std::exception & e) {
        throw BadRequest(essence(e.what()));
    }
    inputs.use_jinja = true;
    inputs.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
    inputs.parallel_tool_calls =
        common_chat_templates_get_caps(template_.templates.get())["supports_parallel_tool_calls"];
    inputs.add_generation_prompt = flag(request, "add_generation_prompt", true);
    inputs.enable_thinking = flag(request, "enable_thinking", true) && template_.thinks;
    read_kwargs(request, inputs);

    // As llama-server does: a last message of the assistant is one to go on with.
    if (inputs.messages.back().role == "assistant") {
        if (inputs.messages.size() > 1 && inputs.messages[inputs.messages.size() - 2].role == "assistant") {
            throw BadRequest("the last two messages are both the assistant's");
        }
        if (!inputs.messages.back().tool_calls.empty()) {
            throw BadRequest("a last message of the assistant with tool calls cannot be continued");
        }
        inputs.continue_final_message = COMMON_CHAT_CONTINUATION_AUTO;
        inputs.add_generation_prompt = false;
    }
    return inputs;
}

std::string render(shl_template & template_, const std::string & request) {
    std::string out;
    shell::run_deep([&] {
        jinja::set_limits(MOST_WORK + MOST_WORK_A_BYTE * static_cast<int64_t>(request.size()), MOST_DEPTH);
        common_json json;
        try {
            json = common_json::parse(request);
        } catch (const std::exception & e) {
            throw BadRequest(std::string("the request is not JSON: ") + essence(e.what()));
        }
        const auto inputs = read_request(json, template_);
        const std::lock_guard lock(template_.rendering);
        const auto result = common_chat_templates_apply(template_.templates.get(), inputs);
        auto reply = common_json::object();
        reply["prompt"] = result.prompt;
        reply["stops"] = result.additional_stops;
        reply["thinking"] = result.supports_thinking && inputs.enable_thinking;
        out = reply.dump_safe();
    });
    return out;
}

} // namespace

shl_status shl_template_new(const shl_model * model, const char * source, shl_template ** out) noexcept {
    return shell::guard([&] {
        if (model == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "model or out is NULL");
        }
        *out = nullptr;
        if (source != nullptr && *source == '\0') {
            return fail(SHL_BAD_TEMPLATE, "the template is empty");
        }
        if (!model->has_tokenizer()) {
            return fail(SHL_UNSUPPORTED, "this model has no tokenizer");
        }
        const std::string text = source == nullptr ? own_source(model->model) : source;
        if (text.empty()) {
            return fail(SHL_UNSUPPORTED, "this model has no chat template; give one");
        }
        if (const auto status = check_source(text); status != SHL_OK) {
            return status;
        }
        silence_common_log();
        auto result = std::make_unique<shl_template>();
        try {
            result->templates = parse(model->model, source);
        } catch (const std::bad_alloc &) {
            throw;
        } catch (const std::exception & e) {
            return fail_with(SHL_BAD_TEMPLATE, essence(e.what()));
        }
        try {
            shell::run_deep([&] {
                jinja::set_limits(MOST_WORK, MOST_DEPTH);
                result->thinks = common_chat_templates_support_enable_thinking(result->templates.get());
            });
        } catch (const std::exception &) {
            result->thinks = false; // a template that refuses the trial message; it may accept others
        }
        *out = result.release();
        shell::counters.templates.fetch_add(1, std::memory_order_relaxed);
        return SHL_OK;
    });
}

void shl_template_free(shl_template * template_) noexcept {
    if (template_ != nullptr) {
        // A long expression is a deep tree, and is taken down as deep as it was put up.
        try {
            shell::run_deep([&] { delete template_; });
        } catch (const std::exception &) { // no thread was to be had
            delete template_;
        }
        shell::counters.templates.fetch_sub(1, std::memory_order_relaxed);
    }
}

shl_status shl_template_source(const shl_template * template_, shl_text ** out) noexcept {
    return shell::guard([&] {
        if (template_ == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "template or out is NULL");
        }
        *out = shell::new_text(common_chat_templates_source(template_->templates.get()));
        return SHL_OK;
    });
}

shl_status shl_template_apply(
    const shl_template * template_, const uint8_t * request, int64_t size, shl_text ** out) noexcept {
    return shell::guard([&] {
        if (template_ == nullptr || request == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "template, request or out is NULL");
        }
        *out = nullptr;
        if (size <= 0 || size > LARGEST_REQUEST) {
            return fail(SHL_INVALID_ARGUMENT, "the request is empty or larger than 256 MB");
        }
        const std::string text(reinterpret_cast<const char *>(request), static_cast<size_t>(size));
        if (shell::bracket_depth(text, true) > DEEPEST) {
            return fail(SHL_INVALID_ARGUMENT, "the request is nested more than %d deep", DEEPEST);
        }
        try {
            *out = shell::new_text(render(*const_cast<shl_template *>(template_), text));
        } catch (const BadRequest & e) {
            return fail_with(SHL_INVALID_ARGUMENT, e.what());
        } catch (const std::bad_alloc &) {
            throw;
        } catch (const std::exception & e) {
            return fail_with(SHL_BAD_TEMPLATE, essence(e.what()));
        }
        return SHL_OK;
    });
}
