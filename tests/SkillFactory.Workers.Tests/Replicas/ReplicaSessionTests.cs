using System.Text;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Storage.Artifacts;
using SkillFactory.Tokenization.Templates;
using SkillFactory.Workers.Devices;
using SkillFactory.Workers.Replicas;

namespace SkillFactory.Workers.Tests.Replicas;

/// <summary>Samples from the tiny base with its own template and with one that opens the think block.</summary>
public sealed class ReplicaSessionTests
{
    private const string Opening = "<think>\n";

    private static readonly string ModelFolder = Path.Combine(AppContext.BaseDirectory, "models", "tiny-base");
    private static readonly Question Question = TaskRegistry.Get("countdown").FromGold("q", "", "8 6 = 14");

    [Fact]
    public async Task Tags_that_the_template_opens_belong_to_the_response_that_is_read()
    {
        await using var sampler = new Sampler();
        var opened = await sampler.SampleAsync(opens: true, "", keepTokens: true);

        // The same tokens come from the plain template when the response is given the tag.
        var given = await sampler.SampleAsync(opens: false, Opening, keepTokens: true);
        Assert.All(opened, r => Assert.StartsWith(Opening, r.Response, StringComparison.Ordinal));
        Assert.All(opened, r => Assert.Equal(Opening, r.Opening));
        Assert.All(given, r => Assert.Null(r.Opening));
        Assert.Equal(given.Select(r => r.Response), opened.Select(r => r.Response));
        Assert.Equal(given.Select(r => r.Outcome), opened.Select(r => r.Outcome));
        Assert.Equal(given[0].PromptTokens, opened[0].PromptTokens);
        Assert.Equal(given.Select(r => r.Tokens), opened.Select(r => r.Tokens));
        var model = ModelDefinition.Load(ModelFolder);
        Assert.Single(opened[0].PromptTokens!, model.Tokenizer.TokenId("<think>")!.Value);
        Assert.Equal(opened[0].Response, Opening + model.Tokenizer.Decode(opened[0].Tokens, skipSpecial: true));
    }

    [Fact]
    public async Task A_continued_response_does_not_repeat_the_tags_of_the_prompt()
    {
        await using var sampler = new Sampler();
        const string Begun = Opening + "<sample>8+6";
        var opened = await sampler.SampleAsync(opens: true, Begun, keepTokens: true);
        var plain = await sampler.SampleAsync(opens: false, Begun, keepTokens: true);
        Assert.Equal(plain.Select(r => r.Response), opened.Select(r => r.Response));
        Assert.Equal(plain[0].PromptTokens, opened[0].PromptTokens);
    }

    [Fact]
    public async Task Attempts_are_counted_in_generated_tokens()
    {
        await using var sampler = new Sampler();
        foreach (var rollout in await sampler.SampleAsync(opens: true, "", keepTokens: false))
        {
            Assert.All(rollout.AttemptEnds ?? [], end => Assert.InRange(end, 1, rollout.TokenCount));
        }
    }

    [Fact]
    public async Task A_response_ends_with_the_token_that_completes_a_stop_text()
    {
        await using var sampler = new Sampler();
        var whole = await sampler.SampleAsync(opens: false, "", keepTokens: true);
        var model = ModelDefinition.Load(ModelFolder);
        var text = model.Tokenizer.Decode(whole[0].Tokens, skipSpecial: true);

        // The text spans tokens: its end is inside the response, and its first occurrence counts.
        var stop = text[6..9];
        var stopped = await sampler.SampleAsync(opens: false, "", keepTokens: true, new Decoding { MaxNewTokens = 40, Stop = [stop] });
        foreach (var (expected, found) in whole.Zip(stopped))
        {
            var count = Enumerable
                .Range(1, expected.Tokens!.Length)
                .FirstOrDefault(
                    n => model.Tokenizer.Decode(expected.Tokens.AsSpan(0, n), skipSpecial: true).Contains(stop, StringComparison.Ordinal),
                    expected.Tokens.Length
                );
            Assert.Equal(expected.Tokens[..count], found.Tokens);
        }

        Assert.True(stopped[0].Tokens!.Length < whole[0].Tokens!.Length);
        Assert.Contains(stop, stopped[0].Response, StringComparison.Ordinal);
        Assert.NotEqual(SkillFactory.Grading.Outcome.Truncated, stopped[0].Outcome);
    }

    private sealed class Sampler : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly DeviceExecutor _executor = new("test", mathThreads: 1);
        private readonly FileArtifactStore _store;
        private readonly ModelLibrary _library;
        private readonly WeightLibrary _weights;
        private readonly ReplicaSession _replica;

        public Sampler()
        {
            _store = new FileArtifactStore(_folder.Path, TimeProvider.System);
            _library = new ModelLibrary(_store);
            _weights = new WeightLibrary(_store, DeviceSpec.Cpu);
            _replica = new ReplicaSession(_library, _weights, _executor);
        }

        public ValueTask DisposeAsync()
        {
            _weights.Dispose();
            _library.Dispose();
            _executor.Dispose();
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }

        public async Task<List<Rollout>> SampleAsync(bool opens, string prefill, bool keepTokens, Decoding? decoding = null)
        {
            async Task<ArtifactRef> PutAsync(byte[] content) =>
                await _store.PutAsync("application/octet-stream", target => target.WriteAsync(content).AsTask());
            var files = new Dictionary<string, ArtifactRef>();
            foreach (var name in (string[])["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"])
            {
                files[name] = await PutAsync(await File.ReadAllBytesAsync(Path.Combine(ModelFolder, name)));
            }

            if (opens)
            {
                var template = ChatMarkup.Template.Replace("assistant\\n'", "assistant\\n<think>\\n'", StringComparison.Ordinal);
                files[ChatTemplate.FileName] = await PutAsync(Encoding.UTF8.GetBytes(template));
            }

            var weights = await PutAsync(await File.ReadAllBytesAsync(Path.Combine(ModelFolder, "model.safetensors")));
            var item = new PromptItem("p", Question, "original", null, "Make 14 from 8 and 6.", 4) { Prefill = prefill };
            var spec = new BatchSpec(
                "stage/0",
                7,
                new ModelRef(files),
                new WeightsRef(0, weights),
                decoding ?? new Decoding { MaxNewTokens = 40 },
                GradeAs.Answer,
                [item]
            )
            {
                KeepTokens = keepTokens,
            };
            return (await _replica.RunAsync(spec, () => Task.FromResult(true), CancellationToken.None))!.Value.Rollouts;
        }
    }
}
