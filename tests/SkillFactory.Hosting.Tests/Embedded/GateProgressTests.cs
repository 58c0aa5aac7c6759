using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Dispatch.Submission;
using SkillFactory.Hosting.Embedded;

namespace SkillFactory.Hosting.Tests.Embedded;

public sealed class GateProgressTests
{
    [Fact]
    public async Task Tokens_and_steps_keep_counting_when_the_gate_extends_training()
    {
        using var workspace = new TemporaryFolder();
        await using var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Workspace = workspace.Path });
        var prepared = await new ExperimentSubmission(system.Artifacts).PrepareAsync(Recipe(), _ => workspace.Path);
        var experiment = system.Client.GetGrain<IExperimentGrain>(prepared.ExperimentId);
        await experiment.SubmitAsync(prepared.Command);
        var seen = new List<StageProgress>();
        await foreach (var happened in experiment.WatchAsync(0))
        {
            if (happened.Stage is { Kind: StageNames.Sft, Progress: { } progress })
            {
                seen.Add(progress);
            }
        }

        Assert.Equal(ExperimentPhase.Completed, (await experiment.GetStatusAsync()).Phase);
        Assert.Equal(2, seen.Where(p => p.Metrics is not null).Select(p => p.Total).Distinct().Count());
        Assert.Equal(seen.Select(p => p.Tokens).Order(), seen.Select(p => p.Tokens));
        Assert.Equal(seen.Select(p => p.Done).Order(), seen.Select(p => p.Done));
    }

    /// <summary>A recipe whose gate fails after so little training, so that training is extended once.</summary>
    private static Recipe Recipe()
    {
        QuestionSource questions = new()
        {
            Task = "countdown",
            Level = "3",
            Settings = new Dictionary<string, string>
            {
                ["min"] = "1",
                ["max"] = "9",
                ["targetMin"] = "1",
                ["targetMax"] = "99",
                ["operators"] = "+-*",
                ["maxIntermediate"] = "199",
                ["use"] = "exactly_once",
            },
        };
        return new Recipe
        {
            Name = "gate",
            Model = Path.Combine(AppContext.BaseDirectory, "models", "tiny-base"),
            Prompts = "compact",
            Train = [questions],
            Sampling = new SamplingSettings
            {
                Questions = 16,
                AttemptsPerVariant = 2,
                Decoding = new Decoding { MaxNewTokens = 48 },
            },
            Reflection = new ReflectionSettings { Decoding = new Decoding { MaxNewTokens = 24 } },
            Traces = new TraceSettings
            {
                Format = "stop_at_first_correct",
                Attempts = 2,
                FinalAnswer = RecipeValues.LastAttempt,
                Layout = RecipeValues.Compact,
                Phrases = RecipeValues.Compact,
            },
            Sft = new SftSettings
            {
                Epochs = 1,
                BatchSize = 4,
                MaxLength = 512,
                Gate = new SftGate
                {
                    Questions = 4,
                    ExtraEpochs = 0.5,
                    MaxExtensions = 1,
                },
            },
            Grpo = new GrpoSettings { Decoding = new Decoding { MaxNewTokens = 64 } },
            Evaluation = new EvaluationSettings
            {
                Sets = [questions],
                Questions = 2,
                Samples = 1,
                Decoding = new Decoding { MaxNewTokens = 64 },
            },
            Arms = [new ArmSettings { Name = "sft", Stages = [StageNames.Sample, StageNames.Reflect, StageNames.Traces, StageNames.Sft] }],
        };
    }
}
