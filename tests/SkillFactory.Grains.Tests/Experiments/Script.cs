using System.Collections.Concurrent;
using System.Reflection;
using SkillFactory.Contracts.Training;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>Controls the scripted replica and learner of a test cluster, and records their calls. It is not part of a grain, so it survives
/// the activations.</summary>
public sealed class Script
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _reached = new();

    /// <summary>Number of prompts answered, by batch key ("experiment/stage key/number").</summary>
    public ConcurrentDictionary<string, int> Answered { get; } = new();

    /// <summary>Training commands in the order started.</summary>
    public ConcurrentQueue<TrainingCommand> Trained { get; } = new();

    /// <summary>Messages published on the bus.</summary>
    public ConcurrentQueue<object> Published { get; } = new();

    /// <summary>Number of batches after which the replica waits at <see cref="Gate"/>; null: it does not wait.</summary>
    public int? HoldAfterBatches { get; set; }

    /// <summary>Stage kind in which the learner waits at <see cref="Gate"/>; null: none.</summary>
    public string? HoldTraining { get; set; }

    /// <summary>User error with which every batch fails; null: none.</summary>
    public string? BatchError { get; set; }

    /// <summary>Error with which training fails; null: none.</summary>
    public string? TrainingError { get; set; }

    /// <summary>Number of dataset announcements that the bus loses.</summary>
    public int DatasetsLost { get; set; }

    /// <summary>Number of times that each dataset announcement is delivered.</summary>
    public int DatasetDeliveries { get; set; } = 1;

    /// <summary>The exception with which a grain call fails; null: it succeeds.</summary>
    public Func<MethodInfo, Exception?> Fault { get; set; } = _ => null;

    /// <summary>Number of drops of scratch that fail.</summary>
    public int DropsFailed { get; set; }

    /// <summary>While set, status checks of the learner wait for it.</summary>
    public TaskCompletionSource? StatusGate { get; set; }

    /// <summary>Stage names of the status checks that waited at <see cref="StatusGate"/>.</summary>
    public ConcurrentQueue<string> StatusesHeld { get; } = new();

    public TaskCompletionSource Gate { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the replica or the learner waits at the gate.</summary>
    public Task Held => Point("held").Task;

    public void Open()
    {
        HoldAfterBatches = null;
        HoldTraining = null;
        Gate.TrySetResult();
    }

    public Task WaitAtGateAsync(CancellationToken cancellationToken)
    {
        Point("held").TrySetResult();
        return Gate.Task.WaitAsync(cancellationToken);
    }

    private TaskCompletionSource Point(string name) =>
        _reached.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
