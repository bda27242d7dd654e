package io.shearling.it.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** A model that says that it is of another architecture, its keys with it or not. */
final class ArchitectureDamage implements Damage {
    /** Those that share most of their tensors with a llama, a BERT or a Mamba, and some that share nothing. */
    private static final List<String> NAMES = Damage.words("""
            llama llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bert nomic-bert
            nomic-bert-moe jina-bert-v2 modern-bert neo-bert eurobert bloom stablelm qwen qwen2 qwen2moe qwen2vl qwen3
            qwen3moe qwen3next phi2 phi3 phimoe plamo plamo2 codeshell orion internlm2 minicpm minicpm3 gemma gemma2
            gemma3 gemma3n gemma-embedding starcoder2 mamba mamba2 jamba falcon-h1 xverse command-r cohere2 dbrx olmo
            olmo2 olmoe openelm arctic deepseek deepseek2 chatglm glm4 glm4moe bitnet t5 t5encoder jais nemotron
            nemotron_h exaone exaone4 rwkv6 rwkv6qwen2 rwkv7 arwkv7 granite granitemoe granitehybrid chameleon
            wavtokenizer-dec plm bailingmoe dots1 arcee ernie4_5 ernie4_5-moe hunyuan-moe hunyuan-dense smollm3
            gpt-oss lfm2 lfm2moe dream llada llada-moe seed_oss apertus clip mistral3 rnd1 pangu-embedded
            """);

    @Override
    public String to(LooseModel model, Random random) {
        String before = model.architecture();
        String after = Damage.pick(random, NAMES);
        model.put("general.architecture", LooseValue.string(after));
        if (random.nextInt(4) > 0) {
            for (LooseModel.Key key : model.keys) {
                if (key.text().startsWith(before + ".")) {
                    key.name = (after + key.text().substring(before.length())).getBytes(StandardCharsets.UTF_8);
                }
            }
        }
        // Half of the architectures ask for the other one.
        model.put(after + ".attention.layer_norm_epsilon", LooseValue.f32(1e-5f));
        model.put(after + ".attention.layer_norm_rms_epsilon", LooseValue.f32(1e-5f));
        return before + " as " + after;
    }
}
