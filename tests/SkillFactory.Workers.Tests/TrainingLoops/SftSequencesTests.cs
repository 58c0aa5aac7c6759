using SkillFactory.Core.Metrics;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;
using SkillFactory.Workers.TrainingLoops;

namespace SkillFactory.Workers.Tests.TrainingLoops;

public sealed class SftSequencesTests
{
    private static readonly (Tokenizer Tokenizer, ChatTemplate Template) Base = TokenizerFolder.Load(
        Path.Combine(AppContext.BaseDirectory, "models", "tiny-base")
    );

    [Fact]
    public async Task Traces_that_fit_are_kept_whole_and_in_order()
    {
        var (sequences, counts) = await ReadAsync(new SftSettings { MaxLength = Length(8) }, 3, 8, 5);
        Assert.Equal([Length(3), Length(8), Length(5)], sequences.Select(s => s.Tokens.Length));
        Assert.Empty(counts);
        Assert.Equal(Prompt.Length, sequences[0].Tokens.Length - sequences[0].LossTokens);
        Assert.All(sequences, s => Assert.Equal(Prompt, s.Tokens[..Prompt.Length]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("refuse")]
    public async Task By_default_a_trace_that_is_too_long_is_an_error_with_its_length_and_the_remedies(string? longer)
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() =>
            ReadAsync(new SftSettings { MaxLength = Length(5), Longer = longer }, 3, 6)
        );
        Assert.StartsWith($"trace t1 has {Length(6)} tokens; sft.maxLength allows {Length(5)}.", error.Message, StringComparison.Ordinal);
        Assert.Contains("set sft.longer to skip or cut", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traces_that_are_too_long_can_be_skipped()
    {
        var (sequences, counts) = await ReadAsync(new SftSettings { MaxLength = Length(5), Longer = "skip" }, 6, 5, 9, 2);
        Assert.Equal([Length(5), Length(2)], sequences.Select(s => s.Tokens.Length));
        Assert.Equal((2, 0), (counts["sequences_too_long"], counts["sequences_cut"]));
    }

    [Fact]
    public async Task Traces_that_are_too_long_can_be_cut_when_loss_tokens_remain()
    {
        var settings = new SftSettings { MaxLength = Length(5), Longer = "cut" };
        var whole = (await ReadAsync(settings with { MaxLength = Length(9) }, 9)).Sequences[0];
        var (sequences, counts) = await ReadAsync(settings, 9, 2);
        Assert.Equal(whole.Tokens[..Length(5)], sequences[0].Tokens);
        Assert.Equal(Length(5) - Prompt.Length, sequences[0].LossTokens);
        Assert.Equal(Length(2), sequences[1].Tokens.Length);
        Assert.Equal((0, 1), (counts["sequences_too_long"], counts["sequences_cut"]));

        // A sequence that is cut before its first loss token is skipped.
        (sequences, counts) = await SftSequences.ReadAsync(
            Traces(Trace(0, 9, maskedWords: 7), Trace(1, 4)),
            Base.Template,
            Base.Tokenizer,
            settings,
            RandomOf(1),
            CancellationToken.None
        );
        Assert.Equal([Length(4)], sequences.Select(s => s.Tokens.Length));
        Assert.Equal((1, 0), (counts["sequences_too_long"], counts["sequences_cut"]));
    }

    [Fact]
    public async Task A_random_subset_of_the_wanted_size_is_drawn()
    {
        int[] words = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        async Task<int[]> Drawn(int rows, long seed) =>
            [.. (await ReadAsync(new SftSettings { Rows = rows }, seed, words)).Sequences.Select(s => s.Tokens.Length - Length(0))];
        var drawn = await Drawn(5, 1);
        Assert.Equal(5, drawn.Distinct().Count());
        Assert.Equal(drawn.Order(), drawn);
        Assert.Equal(drawn, await Drawn(5, 1));
        var others = await Task.WhenAll(Enumerable.Range(2, 8).Select(seed => Drawn(5, seed)));
        Assert.Contains(others, o => !o.SequenceEqual(drawn));
        Assert.Equal(words.Length, others.Append(drawn).SelectMany(o => o).Distinct().Count());
        Assert.Equal(words.Length, (await Drawn(12, 1)).Length);
        Assert.Equal(7, (await ReadAsync(new SftSettings { Rows = 5 }, words)).Counts["sequences_not_drawn"]);
        Assert.DoesNotContain("sequences_not_drawn", (await ReadAsync(new SftSettings { Rows = 12 }, words)).Counts.Keys);
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 30, 40 })]
    public async Task No_sequence_to_train_on_is_an_error(int[] words)
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() =>
            ReadAsync(new SftSettings { MaxLength = Length(5), Longer = "skip" }, words)
        );
        Assert.StartsWith("there is no trace to fine-tune on", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traces_without_the_tag_that_the_template_opens_are_counted()
    {
        var opening = new ChatTemplate(
            ChatMarkup.Template.Replace("assistant\\n'", "assistant\\n<think>'", StringComparison.Ordinal),
            null,
            ChatMarkup.TurnEnd
        );
        var thinking = Trace(1, 3) with { Segments = [new("<think>7</think>", "attempt", true)] };
        async Task<IReadOnlyDictionary<string, double>> Counts(params SilverTrace[] traces) =>
            (
                await SftSequences.ReadAsync(
                    Traces(traces),
                    opening,
                    Base.Tokenizer,
                    new SftSettings(),
                    RandomOf(1),
                    CancellationToken.None
                )
            ).Counts;

        Assert.Equal(1, (await Counts(Trace(0, 3), thinking))[CountNames.TracesUnopened]);
        Assert.Empty(await Counts(thinking));
    }

    private static int[] Prompt => EncodedPrompt.Of(Base.Template, Base.Tokenizer, null, "A question.").Tokens;

    /// <summary>Tokens of a trace with this many words (digits and signs, one token each) and the end token.</summary>
    private static int Length(int words) => Prompt.Length + words + 1;

    private static SilverTrace Trace(int index, int words, int maskedWords = 0) =>
        new(
            $"t{index}",
            "q",
            null,
            "A question.",
            [new(Words(maskedWords), "attempt", false), new(Words(words - maskedWords), "attempt", true)],
            [],
            [],
            [],
            "given"
        );

    private static string Words(int count) => string.Concat(Enumerable.Repeat("7+", (count + 1) / 2))[..count];

    private static KeyedRandom RandomOf(long seed) => KeyedRandom.Of(seed, "rows");

    private static IAsyncEnumerable<SilverTrace> Traces(params SilverTrace[] traces) => traces.ToAsyncEnumerable();

    private static Task<(List<TrainingSequence> Sequences, IReadOnlyDictionary<string, double> Counts)> ReadAsync(
        SftSettings settings,
        params int[] words
    ) => ReadAsync(settings, 1L, words);

    private static Task<(List<TrainingSequence> Sequences, IReadOnlyDictionary<string, double> Counts)> ReadAsync(
        SftSettings settings,
        long seed,
        int[] words
    ) =>
        SftSequences.ReadAsync(
            Traces([.. words.Select((w, i) => Trace(i, w))]),
            Base.Template,
            Base.Tokenizer,
            settings,
            RandomOf(seed),
            CancellationToken.None
        );
}
