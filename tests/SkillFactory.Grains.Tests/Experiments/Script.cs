using System.Collections.Concurrent;
using System.Reflection;
using SkillFactory.Contracts.Training;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>What the scripted replica and learner of one cluster do, and what they were asked: the "hardware" of a test. Lives outside the
/// grains, so that it remembers what activations forget.</summary>
public sealed class Script
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _reached = new();

    /// <summary>Prompts answered, by batch key ("experiment/stage key/number").</summary>
    public ConcurrentDictionary<string, int> Answered { get; } = new();

    /// <summary>Every training command started, in order.</summary>
    public ConcurrentQueue<TrainingCommand> Trained { get; } = new();

    /// <summary>Messages on the bus.</summary>
    public ConcurrentQueue<object> Published { get; } = new();

    /// <summary>Batches answered before the replica waits at <see cref="Gate"/>; null: never.</summary>
    public int? HoldAfterBatches { get; set; }

    /// <summary>Stage kind at which the learner waits at <see cref="Gate"/> halfway.</summary>
    public string? HoldTraining { get; set; }

    /// <summary>Error with which every batch fails for good.</summary>
    public string? BatchError { get; set; }

    /// <summary>Error with which training fails for good.</summary>
    public string? TrainingError { get; set; }

    /// <summary>Dataset announcements that get lost on the bus.</summary>
    public int DatasetsLost { get; set; }

    /// <summary>How often each dataset announcement is delivered.</summary>
    public int DatasetDeliveries { get; set; } = 1;

    /// <summary>What a call to a grain of the system fails with on its way, if it does; null: nothing.</summary>
    public Func<MethodInfo, Exception?> Fault { get; set; } = _ => null;

    /// <summary>How many times dropping scratch fails.</summary>
    public int DropsFailed { get; set; }

    /// <summary>While set, the learner's answers about its status wait for it.</summary>
    public TaskCompletionSource? StatusGate { get; set; }

    /// <summary>Answers that wait at <see cref="StatusGate"/>.</summary>
    public ConcurrentQueue<string> StatusesHeld { get; } = new();

    public TaskCompletionSource Gate { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when something waits at the gate.</summary>
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
