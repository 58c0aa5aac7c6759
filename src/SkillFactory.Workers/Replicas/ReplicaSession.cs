using System.Diagnostics;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Grading;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers.Replicas;

/// <summary>Runs whole batches for one slot, with the weights that the slots of the process share.</summary>
internal sealed class ReplicaSession(ModelLibrary library, WeightLibrary weights, IDeviceExecutor executor)
{
    /// <summary>Device work between two checks of cancellation and lease.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs a batch.</summary>
    /// <param name="keepLease">Awaited between slices of device work; false (the lease is lost) ends the run.</param>
    /// <returns>Rollouts in item and sample order with the device seconds used; null when the lease was lost.</returns>
    public async Task<(List<Rollout> Rollouts, double DeviceSeconds)?> RunAsync(
        BatchSpec spec,
        Func<Task<bool>> keepLease,
        CancellationToken cancellationToken
    )
    {
        var model = await library.GetAsync(spec.Model);
        using var shared = await weights.AcquireAsync(model.Shape, spec.Weights.Tensors, executor, cancellationToken: cancellationToken);
        var root = new KeyedRandom(spec.RandomKey);
        var prompts = spec.Items.Select(i => Prompt(model, i)).ToArray();
        var requests = spec
            .Items.Select((item, i) => new GenerationRequest(prompts[i].Tokens, item.Samples, root.Child(item.Id), item.MaxNewTokens))
            .ToArray();
        double deviceSeconds = 0;
        var generation = new Generation(shared.Weights, shared.Rotary, requests, spec.Decoding, [.. model.StopTokens], model.Tokenizer);
        try
        {
            while (true)
            {
                var (done, seconds) = await executor.RunAsync(
                    () =>
                    {
                        var started = Stopwatch.GetTimestamp();
                        return (generation.Advance(Slice, cancellationToken), Stopwatch.GetElapsedTime(started).TotalSeconds);
                    },
                    cancellationToken
                );
                deviceSeconds += seconds;
                if (done)
                {
                    break;
                }

                if (!await keepLease())
                {
                    return null;
                }
            }
        }
        finally
        {
            await executor.RunAsync(
                () =>
                {
                    generation.Dispose();
                    return true;
                },
                CancellationToken.None
            );
        }

        return ([.. generation.Finished.Select(g => ToRollout(spec, model, prompts[g.Request], g))], deviceSeconds);
    }

    /// <summary>The tokens from which the model continues, the text of the response that they already hold, and what of it the chat
    /// template wrote.</summary>
    private static (int[] Tokens, string Begun, string Opening) Prompt(ModelDefinition model, PromptItem item)
    {
        var prompt = model.EncodePrompt(item.System, item.User);
        var prefill = prompt.Opening.After(item.Prefill);
        return (
            prefill.Length == 0 ? prompt.Tokens : [.. prompt.Tokens, .. model.Tokenizer.Encode(prefill)],
            prompt.Opening.Text + prefill,
            prompt.Opening.Text
        );
    }

    private static Rollout ToRollout(
        BatchSpec spec,
        ModelDefinition model,
        (int[] Tokens, string Begun, string Opening) prompt,
        GeneratedSequence generated
    )
    {
        var item = spec.Items[generated.Request];
        var response = prompt.Begun + model.Tokenizer.Decode(generated.Tokens, skipSpecial: true);
        var grade =
            spec.GradeAs == GradeAs.Answer
                ? TaskRegistry.Get(item.Question.Task).Grade(item.Question, response, generated.Truncated)
                : GradeVerdict(response, generated.Truncated);
        return new Rollout
        {
            Id = $"{item.Id}#{generated.Sample}",
            PromptId = item.Id,
            QuestionId = item.Question.Id,
            Task = item.Question.Task,
            Level = item.Question.Level,
            Variant = item.Variant,
            SampleIndex = generated.Sample,
            Parent = item.Parent,
            Response = response,
            Opening = prompt.Opening.Length == 0 ? null : prompt.Opening,
            Outcome = grade.Outcome,
            Extracted = grade.Extracted,
            Canonical = grade.Canonical,
            Reason = grade.Reason,
            TokenCount = generated.Tokens.Length,
            AttemptEnds =
                spec.GradeAs == GradeAs.Answer && !spec.KeepTokens && item.Prefill.Length == 0
                    ? AttemptEnds.Of(model.Tokenizer, generated.Tokens, response, generated.Truncated)
                    : null,
            PromptTokenCount = prompt.Tokens.Length,
            LogProb = generated.LogProbs.Sum(p => (double)p),
            MeanEntropy = generated.MeanEntropy,
            WeightsVersion = spec.Weights.Version,
            PromptTokens = spec.KeepTokens ? prompt.Tokens : null,
            Tokens = spec.KeepTokens ? generated.Tokens : null,
            LogProbs = spec.KeepTokens ? generated.LogProbs : null,
        };
    }

    /// <summary>A reflection only has to have a verdict. Whether the verdict is right is checked later, against the grade of its
    /// attempt.</summary>
    private static Grade GradeVerdict(string response, bool truncated) =>
        Tags.LastVerdict(response) switch
        {
            _ when truncated => new Grade(Outcome.Truncated, null, "the length limit ended it"),
            true => new Grade(Outcome.Unscored, "Correct", ""),
            false => new Grade(Outcome.Unscored, "Incorrect", ""),
            null => new Grade(Outcome.Unparseable, null, "no verdict"),
        };
}
