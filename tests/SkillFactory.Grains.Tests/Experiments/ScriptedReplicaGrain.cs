using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.Compute;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>A worker whose "model" gives canned answers. Whether one is correct is drawn from the batch's random key and depends on the
/// weights; the same batch yields the same rollouts.</summary>
internal sealed class ScriptedReplicaGrain(Script script, IArtifactStore artifacts) : Grain, IModelReplicaGrain, IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private Task? _loop;

    private string Slot => this.GetPrimaryKeyString();

    public Task EnsureRunningAsync()
    {
        DelayDeactivation(TimeSpan.FromHours(1));
        _loop ??= RunAsync();
        return Task.CompletedTask;
    }

    public async Task DrainAsync()
    {
        await _end.CancelAsync();
        await (_loop ?? Task.CompletedTask);
    }

    public void Dispose() => _end.Dispose();

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _end.CancelAsync();

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var pool = GrainFactory.GetGrain<IComputePoolGrain>("cpu");
        await pool.RegisterAsync(new SlotRegistration(Slot, "cpu", "scripted"));
        while (!_end.IsCancellationRequested)
        {
            if (await pool.LeaseAsync(Slot, TimeSpan.FromSeconds(2)) is not { } lease)
            {
                continue;
            }

            var batch = GrainFactory.GetGrain<IPromptBatchGrain>(lease.BatchKey);
            if (await batch.BeginAsync(Slot) is { } assignment)
            {
                await AnswerAsync(lease.BatchKey, batch, assignment);
            }

            await pool.ReturnAsync(Slot, lease.BatchKey, 0.1, requeue: false);
        }
    }

    private async Task AnswerAsync(string key, IPromptBatchGrain batch, BatchAssignment assignment)
    {
        if (script.BatchError is { } error)
        {
            await batch.FailAsync(assignment.Execution, Failure.From(new UserErrorException(error), $"slot {Slot}"));
            return;
        }

        if (script.Answered.Count >= script.HoldAfterBatches)
        {
            try
            {
                await script.WaitAtGateAsync(_end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        var spec = await artifacts.GetJsonAsync<BatchSpec>(assignment.Spec);
        var rollouts = spec.Items.SelectMany(item => Enumerable.Range(0, item.Samples).Select(i => Answer(spec, item, i))).ToList();
        script.Answered.AddOrUpdate(key, spec.Items.Count, (_, n) => n + spec.Items.Count);
        await batch.CompleteAsync(
            assignment.Execution,
            new BatchOutcome(
                await artifacts.Within(assignment.Spec.Scope).PutLinesAsync(rollouts),
                rollouts.Count,
                rollouts.Sum(r => (long)r.TokenCount),
                spec.Items.Count * 10,
                0.1
            )
        );
    }

    private static Rollout Answer(BatchSpec spec, PromptItem item, int sample)
    {
        var random = new KeyedRandom(spec.RandomKey).Child(spec.Weights.Tensors.Hash).Child(item.Id).Child(sample).Stream();
        string response;
        var (outcome, extracted) = (Outcome.Unscored, (string?)null);
        if (spec.GradeAs == GradeAs.Verdict)
        {
            extracted = random.NextBool(0.5) ? "Correct" : "Incorrect";
            response = $"Let me see. <verdict>{extracted}</verdict>";
        }
        else
        {
            var gold = int.Parse(item.Question.Gold.Split('=')[^1]);
            response = $"{item.Prefill}<answer>{(random.NextBool(0.4) ? gold : gold + 1)}</answer>";
            var grade = TaskRegistry.Get(item.Question.Task).Grade(item.Question, response, truncated: false);
            (outcome, extracted) = (grade.Outcome, grade.Extracted);
        }

        return new Rollout
        {
            Id = $"{item.Id}#{sample}",
            PromptId = item.Id,
            QuestionId = item.Question.Id,
            Task = item.Question.Task,
            Level = item.Question.Level,
            Variant = item.Variant,
            SampleIndex = sample,
            Parent = item.Parent,
            Response = response,
            Outcome = outcome,
            Extracted = extracted,
            TokenCount = Math.Min(5 + random.Next(3), item.MaxNewTokens ?? spec.Decoding.MaxNewTokens),
            PromptTokenCount = 10,
            LogProb = -1,
            MeanEntropy = 0.5,
            WeightsVersion = spec.Weights.Version,
        };
    }
}
