using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Grading;

namespace SkillFactory.Engine.Pretraining;

/// <summary>Measures what the method needs of a base model: attempts that are sometimes correct and verdicts that are mostly
/// right.</summary>
internal static class PretrainProbe
{
    private const int Samples = 16;
    private const int VerdictsPerClass = 500;
    private const int SmallTaskQuestions = 48;
    private const int RequestsPerBatch = 32;
    private static readonly Decoding Decoding = new() { MaxNewTokens = 96 };

    public static IReadOnlyList<ProbeFigures> Measure(
        PretrainRecipe recipe,
        DecoderWeights weights,
        ModelDefinition model,
        KeyedRandom random
    )
    {
        using var rotary = SharedRotary.Acquire(weights.Layout.Shape, weights.Device);
        return
        [
            .. recipe.Corpus.Sources.Select(source =>
                Measure(recipe, source, weights, rotary.Table, model, random.Child($"{source.Task}/{source.Level}"))
            ),
        ];
    }

    private static ProbeFigures Measure(
        PretrainRecipe recipe,
        QuestionSource source,
        DecoderWeights weights,
        RotaryTable rotary,
        ModelDefinition model,
        KeyedRandom random
    )
    {
        var task = TaskRegistry.Get(source.Task);
        var prompts = PromptSet.Get("compact");
        var questions = task.Generate(
            new QuestionSpec(source.Level, source.Settings, "compact"),
            Split.Validation,
            QuestionCount(recipe, source),
            random.Child("questions")
        );
        var attempts = new List<(Question Question, string Text, bool Correct)>();
        var solved = new int[questions.Count];
        Sample(
            questions.Select(
                (q, i) => Request(model, prompts.SolvePrompt(q, PromptVariant.Original), Samples, random.Child("solve").Child(i))
            ),
            (index, text, truncated) =>
            {
                var correct = task.Grade(questions[index], text, truncated).IsCorrect;
                attempts.Add((questions[index], text, correct));
                solved[index] += correct ? 1 : 0;
            }
        );

        var judged = attempts.GroupBy(a => a.Correct).SelectMany(g => g.Take(VerdictsPerClass)).ToArray();
        var right = new int[2];
        Sample(
            judged.Select((a, i) => Request(model, prompts.ReflectionPrompt(a.Question, a.Text), 1, random.Child("judge").Child(i))),
            (index, text, _) => right[judged[index].Correct ? 1 : 0] += Tags.LastVerdict(text) == judged[index].Correct ? 1 : 0
        );
        return new ProbeFigures(
            source.Task,
            source.Level,
            questions.Count,
            Samples,
            attempts.Average(a => a.Correct ? 1.0 : 0),
            solved.Average(s => s > 0 ? 1.0 : 0),
            (right[1], judged.Count(a => a.Correct)),
            (right[0], judged.Count(a => !a.Correct))
        );

        void Sample(IEnumerable<GenerationRequest> requests, Action<int, string, bool> take)
        {
            var first = 0;
            foreach (var chunk in requests.Chunk(RequestsPerBatch))
            {
                using var generation = new Generation(weights, rotary, chunk, Decoding, [.. model.StopTokens]);
                while (!generation.Advance(TimeSpan.FromSeconds(1))) { }

                foreach (var g in generation.Finished)
                {
                    take(first + g.Request, model.Tokenizer.Decode(g.Tokens, skipSpecial: true), g.Truncated);
                }

                first += chunk.Length;
            }
        }
    }

    /// <summary>Tasks other than Countdown have few validation questions at small levels.</summary>
    private static int QuestionCount(PretrainRecipe recipe, QuestionSource source) =>
        source.Task == CountdownTask.TaskName ? recipe.ProbeQuestions : Math.Min(recipe.ProbeQuestions, SmallTaskQuestions);

    private static GenerationRequest Request(
        ModelDefinition model,
        (string? System, string User) prompt,
        int samples,
        KeyedRandom random
    ) => new(model.EncodePrompt(prompt.System, prompt.User).Tokens, samples, random);
}
