using System.Text.Json.Nodes;
using SkillFactory.Engine.Checkpoints;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Tests.Checkpoints;

public class ModelConfigTests
{
    /// <summary>Published configurations, as their authors wrote them.</summary>
    private const string Qwen25 = """
        {"architectures":["Qwen2ForCausalLM"],"attention_dropout":0.0,"bos_token_id":151643,"eos_token_id":[151645,151643],
         "hidden_act":"silu","hidden_size":896,"initializer_range":0.02,"intermediate_size":4864,"max_position_embeddings":32768,
         "max_window_layers":21,"model_type":"qwen2","num_attention_heads":14,"num_hidden_layers":24,"num_key_value_heads":2,
         "rms_norm_eps":1e-06,"rope_theta":1000000.0,"sliding_window":32768,"tie_word_embeddings":true,"torch_dtype":"bfloat16",
         "transformers_version":"4.43.1","use_cache":true,"use_sliding_window":false,"vocab_size":151936}
        """;

    private const string Qwen3 = """
        {"architectures":["Qwen3ForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":151643,
         "eos_token_id":151645,"head_dim":128,"hidden_act":"silu","hidden_size":1024,"initializer_range":0.02,
         "intermediate_size":3072,"max_position_embeddings":40960,"max_window_layers":28,"model_type":"qwen3",
         "num_attention_heads":16,"num_hidden_layers":28,"num_key_value_heads":8,"rms_norm_eps":1e-06,"rope_scaling":null,
         "rope_theta":1000000,"sliding_window":null,"tie_word_embeddings":true,"torch_dtype":"bfloat16",
         "transformers_version":"4.51.0","use_cache":true,"use_sliding_window":false,"vocab_size":151936}
        """;

    private const string Llama32 = """
        {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":128000,
         "eos_token_id":[128001,128008,128009],"head_dim":64,"hidden_act":"silu","hidden_size":2048,"initializer_range":0.02,
         "intermediate_size":8192,"max_position_embeddings":131072,"mlp_bias":false,"model_type":"llama","num_attention_heads":32,
         "num_hidden_layers":16,"num_key_value_heads":8,"pretraining_tp":1,"rms_norm_eps":1e-05,
         "rope_scaling":{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,"original_max_position_embeddings":8192,
         "rope_type":"llama3"},"rope_theta":500000.0,"tie_word_embeddings":true,"torch_dtype":"bfloat16",
         "transformers_version":"4.45.0.dev0","use_cache":true,"vocab_size":128256}
        """;

    private const string SmolLm2 = """
        {"_name_or_path":"/fsx/checkpoint","architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,
         "bos_token_id":1,"eos_token_id":2,"hidden_act":"silu","hidden_size":576,"initializer_range":0.041666666666666664,
         "intermediate_size":1536,"is_llama_config":true,"max_position_embeddings":8192,"mlp_bias":false,"model_type":"llama",
         "num_attention_heads":9,"num_hidden_layers":30,"num_key_value_heads":3,"pad_token_id":2,"pretraining_tp":1,
         "rms_norm_eps":1e-05,"rope_interleaved":false,"rope_scaling":null,"rope_theta":100000,"tie_word_embeddings":true,
         "torch_dtype":"bfloat16","transformers_version":"4.42.3","transformers.js_config":{"kv_cache_dtype":{"fp16":"float16"}},
         "use_cache":true,"vocab_size":49152}
        """;

    private const string Olmo2 = """
        {"architectures":["Olmo2ForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"eos_token_id":100257,
         "hidden_act":"silu","hidden_size":2048,"initializer_range":0.02,"intermediate_size":8192,"max_position_embeddings":4096,
         "model_type":"olmo2","num_attention_heads":16,"num_hidden_layers":16,"num_key_value_heads":16,"pad_token_id":100277,
         "rms_norm_eps":1e-06,"rope_scaling":null,"rope_theta":500000,"tie_word_embeddings":false,"torch_dtype":"float32",
         "transformers_version":"4.47.0","use_cache":true,"vocab_size":100352}
        """;

    private const string Olmo3 = """
        {"architectures":["Olmo3ForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"dtype":"bfloat16",
         "eos_token_id":100257,"hidden_act":"silu","hidden_size":4096,"initializer_range":0.02,"intermediate_size":11008,
         "layer_types":["sliding_attention","sliding_attention","sliding_attention","full_attention","sliding_attention"],
         "max_position_embeddings":65536,"model_type":"olmo3","num_attention_heads":32,"num_hidden_layers":5,
         "num_key_value_heads":32,"pad_token_id":100277,"rms_norm_eps":1e-06,"rope_scaling":{"attention_factor":1.2079441541679836,
         "beta_fast":32.0,"beta_slow":1.0,"factor":8.0,"original_max_position_embeddings":8192,"rope_type":"yarn"},
         "rope_theta":500000,"sliding_window":4096,"tie_word_embeddings":false,"transformers_version":"4.57.0","use_cache":false,
         "vocab_size":100278}
        """;

    private static readonly YarnRope Olmo3Rope = new(8, 8192, 32, 1, 1.2079441541679836, true);

    [Fact]
    public void Qwen2_has_biases_on_queries_keys_and_values()
    {
        var config = Read(Qwen25);
        Assert.Equal(
            new DecoderShape
            {
                VocabSize = 151_936,
                HiddenSize = 896,
                Layers = 24,
                Heads = 14,
                KvHeads = 2,
                HeadDim = 64,
                IntermediateSize = 4864,
                RopeTheta = 1e6,
                MaxPositions = 32_768,
                TiedEmbedding = true,
                QkvBias = true,
            },
            config.Shape
        );
        Assert.Equal([151645, 151643], config.EosTokenIds);
        Assert.Equal("bfloat16", config.StoredType);
    }

    [Fact]
    public void Qwen3_has_norms_per_head_and_heads_of_their_own_size()
    {
        Assert.Equal(
            new DecoderShape
            {
                VocabSize = 151_936,
                HiddenSize = 1024,
                Layers = 28,
                Heads = 16,
                KvHeads = 8,
                HeadDim = 128,
                IntermediateSize = 3072,
                RopeTheta = 1e6,
                MaxPositions = 40_960,
                TiedEmbedding = true,
                QkvBias = false,
                QueryKeyNorm = HeadNorm.PerHead,
            },
            Read(Qwen3).Shape
        );
        Assert.Equal(128, Read(Without(Qwen3, "head_dim")).Shape.HeadDim);
        var biased = Read(With(Qwen3, "attention_bias", "true")).Shape;
        Assert.True(biased.QkvBias && biased.OutputBias);
    }

    [Fact]
    public void Llama_3_scales_its_frequencies()
    {
        Assert.Equal(
            new DecoderShape
            {
                VocabSize = 128_256,
                HiddenSize = 2048,
                Layers = 16,
                Heads = 32,
                KvHeads = 8,
                HeadDim = 64,
                IntermediateSize = 8192,
                RmsNormEps = 1e-5,
                RopeTheta = 5e5,
                RopeScaling = new Llama3Rope(32, 1, 4, 8192),
                MaxPositions = 131_072,
                TiedEmbedding = true,
                QkvBias = false,
            },
            Read(Llama32).Shape
        );
        var biased = Read(With(With(Llama32, "mlp_bias", "true"), "attention_bias", "true")).Shape;
        Assert.True(biased.QkvBias && biased.OutputBias && biased.MlpBias);
    }

    [Fact]
    public void SmolLM2_is_a_Llama_with_fields_of_other_tools()
    {
        var shape = Read(SmolLm2).Shape;
        Assert.Equal((9, 3, 64, 1e5, true), (shape.Heads, shape.KvHeads, shape.HeadDim, shape.RopeTheta, shape.TiedEmbedding));
        Assert.Equal((false, HeadNorm.None, RopeScaling.None), (shape.QkvBias, shape.QueryKeyNorm, shape.RopeScaling));
    }

    [Fact]
    public void Olmo_2_norms_the_results_of_its_blocks_and_whole_projections()
    {
        var config = Read(Olmo2);
        var shape = config.Shape;
        Assert.Equal(
            (NormPlacement.AfterBlock, HeadNorm.Whole, false, false),
            (shape.Norms, shape.QueryKeyNorm, shape.QkvBias, shape.TiedEmbedding)
        );
        Assert.Equal((LayerSet.None, "float32", 1e-6), (shape.WindowedLayers, config.StoredType, shape.RmsNormEps));
        Assert.Equal(1e-5, Read(Without(Olmo2, "rms_norm_eps")).Shape.RmsNormEps);
    }

    [Fact]
    public void Olmo_3_has_windows_whose_positions_are_not_scaled()
    {
        var shape = Read(Olmo3).Shape;
        Assert.Equal((new LayerSet([0, 1, 2, 4]), 4096, false), (shape.WindowedLayers, shape.Window, shape.ScaledWindows));
        Assert.Equal(((int?)4096, (int?)null), (shape.WindowOf(0), shape.WindowOf(3)));
        Assert.Equal((RopeScaling.None, (RopeScaling)Olmo3Rope), (shape.RopeOf(0), shape.RopeOf(3)));

        // All but every fourth layer.
        Assert.Equal(shape, Read(Without(Olmo3, "layer_types")).Shape);
    }

    [Theory]
    [InlineData("""{"rope_type":"yarn","rope_theta":500000,"factor":8.0,"original_max_position_embeddings":8192}""")]
    [InlineData(
        """
            {"full_attention":{"rope_type":"yarn","rope_theta":500000,"factor":8.0,"original_max_position_embeddings":8192},
             "sliding_attention":{"rope_type":"default","rope_theta":500000}}
            """
    )]
    public void The_rope_of_newer_files_means_the_same(string parameters) =>
        Assert.Equal(
            Read(Olmo3).Shape,
            Read(With(Without(Without(Olmo3, "rope_theta"), "rope_scaling"), "rope_parameters", parameters)).Shape
        );

    [Fact]
    public void Yarn_takes_the_defaults_of_the_reference_and_lengthens_the_context()
    {
        var shape = Read(With(Qwen25, "rope_scaling", """{"type":"yarn","factor":4.0}""")).Shape;
        Assert.Equal(new YarnRope(4, 32_768, 32, 1, (0.1 * Math.Log(4)) + 1, true), shape.RopeScaling);
        Assert.Equal(131_072, shape.MaxPositions);
        var ratio = Read(
            With(Qwen25, "rope_scaling", """{"rope_type":"yarn","original_max_position_embeddings":8192,"mscale":2,"mscale_all_dim":1}""")
        );
        Assert.Equal(new YarnRope(4, 8192, 32, 1, ((0.2 * Math.Log(4)) + 1) / ((0.1 * Math.Log(4)) + 1), true), ratio.Shape.RopeScaling);
        Assert.Equal(new LinearRope(2), Read(With(Qwen25, "rope_scaling", """{"type":"linear","factor":2}""")).Shape.RopeScaling);
        Assert.Equal(RopeScaling.None, Read(With(Qwen25, "rope_scaling", """{"type":"default"}""")).Shape.RopeScaling);
    }

    [Fact]
    public void Windows_of_Qwen_begin_at_a_layer_or_are_listed()
    {
        var on = With(Qwen25, "use_sliding_window", "true");
        Assert.Equal((new LayerSet([21, 22, 23]), 32_768, true), Windows(on));
        Assert.Equal((LayerSet.None, 0, true), Windows(With(on, "sliding_window", "null")));
        Assert.Equal((new LayerSet(Enumerable.Range(0, 24)), 32_768, true), Windows(With(on, "max_window_layers", "0")));
        var types = string.Join(',', Enumerable.Range(0, 24).Select(i => i == 5 ? "\"sliding_attention\"" : "\"full_attention\""));
        Assert.Equal((new LayerSet([5]), 32_768, true), Windows(With(on, "layer_types", $"[{types}]")));
    }

    [Fact]
    public void Absent_fields_take_the_defaults_of_the_family()
    {
        var qwen = Read(Remove(Qwen25, "rms_norm_eps", "rope_theta", "max_position_embeddings", "tie_word_embeddings", "torch_dtype"));
        Assert.Equal((1e-6, 10_000.0, 32_768, false, "float32"), Defaults(qwen));
        var llama = Read(Remove(SmolLm2, "rms_norm_eps", "rope_theta", "max_position_embeddings", "tie_word_embeddings", "torch_dtype"));
        Assert.Equal((1e-6, 10_000.0, 2048, false, "float32"), Defaults(llama));
        Assert.Equal(9, Read(Without(SmolLm2, "num_key_value_heads")).Shape.KvHeads);
        Assert.Equal(16, Read(Without(Olmo2, "num_key_value_heads")).Shape.KvHeads);
    }

    [Fact]
    public void Fields_without_effect_are_passed_over()
    {
        var text = Qwen25;
        foreach (
            var (name, value) in new[]
            {
                ("_attn_implementation_autoset", "true"),
                ("unsloth_version", "\"2025.1\""),
                ("temperature", "0.7"),
                ("id2label", """{"0":"a"}"""),
                ("attention_dropout", "0"),
                ("is_encoder_decoder", "false"),
                ("partial_rotary_factor", "1.0"),
                ("auto_map", "{}"),
                ("quantization_config", "null"),
                ("anything_new", "null"),
                ("hidden_act", "\"swish\""),
            }
        )
        {
            text = With(text, name, value);
        }

        Assert.Equal(Read(Qwen25).Shape, Read(text).Shape);
    }

    public static TheoryData<string, string, string?, string> Refused =>
        new()
        {
            { Qwen25, "model_type", "\"gpt2\"", "'model_type' is \"gpt2\"; supported: qwen2, qwen3, llama, olmo2, olmo3" },
            { Qwen25, "model_type", null, "'model_type' is missing; supported: qwen2" },
            { Qwen25, "model_type", "\"qwen3_moe\"", "'model_type' is \"qwen3_moe\"; supported" },
            { Qwen25, "architectures", "[\"Qwen2ForSequenceClassification\"]", "a qwen2 model that continues text is Qwen2ForCausalLM" },
            { Qwen25, "hidden_size", null, "'hidden_size' is missing" },
            { Qwen25, "hidden_size", "-3", "'hidden_size' is -3; expected a whole number above 0" },
            { Qwen25, "hidden_size", "897", "'hidden_size' is 897; expected a multiple of num_attention_heads, 14" },
            { Qwen25, "num_key_value_heads", "3", "'num_attention_heads' is 14; expected a multiple of num_key_value_heads, 3" },
            { Qwen25, "head_dim", "3", "head_dim is 3; rotary positions need an even number" },
            { Qwen25, "hidden_act", "\"gelu\"", "'hidden_act' is \"gelu\"; supported: silu" },
            { Qwen25, "rms_norm_eps", "0", "'rms_norm_eps' is 0; expected a number above 0" },
            { Qwen25, "tie_word_embeddings", "\"yes\"", "'tie_word_embeddings' is \"yes\"; expected true or false" },
            { Qwen25, "attention_bias", "false", "'attention_bias' is false; the projections to queries, keys and values of qwen2 models" },
            { Qwen25, "attention_dropout", "0.1", "'attention_dropout' is 0.1; dropout in training is not supported; expected 0" },
            { Qwen25, "torch_dtype", "\"float8_e4m3fn\"", "supported: float32, bfloat16, float16" },
            { Qwen25, "dtype", "\"float32\"", "'dtype' is \"float32\"; 'torch_dtype' is \"bfloat16\"; expected the same" },
            { Qwen25, "eos_token_id", "[1,\"x\"]", "expected a token id or a list of them" },
            { Qwen25, "quantization_config", """{"quant_method":"gptq"}""", "quantized weights is not supported; expected no such field" },
            { Qwen25, "num_experts", "8", "'num_experts' is 8; a mixture of experts is not supported; expected 0" },
            { Qwen25, "auto_map", """{"AutoModel":"x.Y"}""", "a model with code of its own is not supported" },
            { Qwen25, "is_causal", "false", "'is_causal' is false; attention to later positions is not supported; expected true" },
            { Qwen25, "mlp_bias", "true", "'mlp_bias' is true; qwen2 models have no such field, so what it changes is not known" },
            { Qwen25, "final_logit_softcapping", "30.0", "'final_logit_softcapping' is 30.0; qwen2 models have no such field" },
            { Qwen25, "rope_thetta", "1", "did you mean 'rope_theta'?" },
            {
                Qwen25,
                "rope_scaling",
                """{"type":"dynamic","factor":4}""",
                "'rope_scaling.type' is \"dynamic\"; supported: default, linear, llama3, yarn"
            },
            { Qwen25, "rope_scaling", """{"rope_type":"yarn","factor":-1}""", "'rope_scaling.factor' is -1; expected a number above 0" },
            { Qwen25, "rope_scaling", """{"rope_type":"linear"}""", "'rope_scaling.factor' is missing" },
            {
                Qwen25,
                "rope_scaling",
                """{"rope_type":"yarn","factor":4,"fast":1}""",
                "'rope_scaling.fast' is 1; rope_type 'yarn' has no such field"
            },
            { Qwen25, "rope_scaling", """{"rope_type":"default","mrope_section":[16]}""", "rope_type 'default' has no such field" },
            { Qwen25, "rope_scaling", "3", "'rope_scaling' is 3; expected an object" },
            { Qwen25, "rope_parameters", """{"rope_theta":5}""", "'rope_parameters.rope_theta' is 5; 'rope_theta' beside it is 1000000" },
            { Qwen25, "rope_parameters", """{"full_attention":{}}""", "qwen2 models have one rope for all layers" },
            { Llama32, "rope_parameters", """{"rope_type":"default"}""", "the file has 'rope_scaling' too" },
            { Qwen25, "layer_types", "[\"full_attention\"]", "it has 1 entries; num_hidden_layers is 24" },
            {
                Olmo3,
                "layer_types",
                "[\"a\",\"a\",\"a\",\"a\",\"a\"]",
                "'a' is not supported; supported: full_attention, sliding_attention"
            },
            { Olmo3, "sliding_window", "null", "'sliding_window' is null; layers 0, 1, 2, 4 have a window; expected its positions" },
            { Olmo3, "rope_theta", null, "'rope_theta' is missing" },
            { Olmo2, "sliding_window", "4096", "olmo2 models have no such field" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_field_that_is_not_supported_is_refused_by_name(string config, string name, string? value, string reason)
    {
        var text = value is null ? Without(config, name) : With(config, name, value);
        var message = Assert.Throws<UserErrorException>(() => Read(text)).Message;
        Assert.Contains("config.json: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"model_type\":")]
    [InlineData("")]
    public void A_file_that_holds_something_else_is_refused(string text) =>
        Assert.Contains("config.json: ", Assert.Throws<UserErrorException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Changed_files_are_read_or_refused_in_words()
    {
        // No value of any field may end in another exception.
        string[] values = ["null", "true", "0", "-1", "1e999", "1e18", "3.5", "\"\"", "\"x\"", "[]", "{}", "[null]", """{"a":{}}"""];
        foreach (var config in new[] { Qwen25, Qwen3, Llama32, SmolLm2, Olmo2, Olmo3 })
        {
            var names = JsonNode.Parse(config)!.AsObject().Select(f => f.Key).Append("rope_parameters").ToArray();
            foreach (var name in names)
            {
                foreach (var value in values)
                {
                    try
                    {
                        Read(With(config, name, value));
                    }
                    catch (UserErrorException error)
                    {
                        Assert.DoesNotContain('\n', error.Message);
                    }
                }
            }
        }
    }

    private static (LayerSet, int, bool) Windows(string config)
    {
        var shape = Read(config).Shape;
        return (shape.WindowedLayers, shape.Window, shape.ScaledWindows);
    }

    private static (double, double, int, bool, string) Defaults(ModelConfig config) =>
        (config.Shape.RmsNormEps, config.Shape.RopeTheta, config.Shape.MaxPositions, config.Shape.TiedEmbedding, config.StoredType);

    private static ModelConfig Read(string text)
    {
        using var folder = new TemporaryFolder();
        return ModelConfig.Load(folder.File("config.json", text));
    }

    private static string With(string config, string name, string value)
    {
        // Written by hand, because a parsed value could not be 1e999.
        var others = JsonNode.Parse(config)!.AsObject();
        others.Remove(name);
        return $"{others.ToJsonString()[..^1]},\"{name}\":{value}}}";
    }

    private static string Without(string config, string name) => Remove(config, name);

    private static string Remove(string config, params string[] names)
    {
        var json = JsonNode.Parse(config)!.AsObject();
        foreach (var name in names)
        {
            json.Remove(name);
        }

        return json.ToJsonString();
    }
}
