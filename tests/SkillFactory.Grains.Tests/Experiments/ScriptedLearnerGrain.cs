using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.Training;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>A learner whose "weights" are a hash of its input. It reports progress once, then the result; starting a finished stage again
/// reports the result again.</summary>
internal sealed class ScriptedLearnerGrain(Script script, IArtifactStore artifacts) : Grain, ILearnerGrain, IDisposable
{
    private readonly Dictionary<string, StageResult> _finished = [];
    private CancellationTokenSource _end = new();
    private TrainingCommand? _command;
    private Task _loop = Task.CompletedTask;

    public async Task<LearnerStatus> StartAsync(TrainingCommand command)
    {
        if (_command?.StageKey == command.StageKey && !_loop.IsCompleted)
        {
            return Status();
        }

        await _loop;
        script.Trained.Enqueue(command);
        _command = command;
        _end = new CancellationTokenSource();
        _loop = RunAsync(command, _end.Token);
        return Status();
    }

    public void Dispose() => _end.Dispose();

    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _loop;
    }

    public async Task<LearnerStatus> GetStatusAsync()
    {
        if (script.StatusGate is { } gate)
        {
            script.StatusesHeld.Enqueue(_command?.StageName ?? "");
            await gate.Task;
        }

        return Status();
    }

    private LearnerStatus Status() => new(_command?.StageKey, !_loop.IsCompleted, 1, null);

    private async Task RunAsync(TrainingCommand command, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var experiment = GrainFactory.GetGrain<IExperimentGrain>(this.GetPrimaryKeyString());
        if (script.TrainingError is { } error)
        {
            await experiment.TrainingFailedAsync(command.StageKey, new Failure(error, IsUserError: false, Cause: ""));
            return;
        }

        if (!_finished.TryGetValue(command.StageKey, out var result))
        {
            await experiment.ReportProgressAsync(
                new StageProgress(
                    command.StageName,
                    1,
                    2,
                    "steps",
                    100,
                    "",
                    new MetricRow(1, new Dictionary<string, double> { ["loss"] = 1 })
                )
            );
            if (script.HoldTraining == command.Kind)
            {
                try
                {
                    await script.WaitAtGateAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }

            result = _finished[command.StageKey] = await TrainAsync(command);
        }

        await experiment.TrainingCompletedAsync(result);
    }

    private async Task<StageResult> TrainAsync(TrainingCommand command)
    {
        var spec = await artifacts.GetJsonAsync<TrainingSpec>(command.Spec);
        var content = CanonicalJson.Hash(spec with { ExperimentId = "" });
        var metrics = new[] { new MetricRow(1, new Dictionary<string, double> { ["loss"] = 1 }) };
        return new StageResult(
            command.StageKey,
            command.Kind,
            new Dictionary<string, ArtifactRef>
            {
                [StageOutputs.Weights] = await artifacts.PutJsonAsync(content),
                [StageOutputs.Metrics] = await artifacts.PutLinesAsync(metrics),
            },
            new Dictionary<string, double>
            {
                [StageResult.TrainedTokens] = 300,
                [StageResult.GeneratedTokens] = command.Kind == "grpo" ? 2000 : 0,
                ["steps"] = 2,
            },
            1.5
        );
    }
}
