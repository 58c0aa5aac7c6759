using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Grains.Experiments;

/// <summary>The latest events of an experiment, in memory. Use it on the grain's scheduler only.</summary>
internal sealed class EventLog(int capacity, TimeProvider time)
{
    private readonly Queue<ExperimentEvent> _events = new();

    // Starting at the clock keeps numbers above those of earlier activations: there is far less than one event per millisecond.
    private long _sequence = time.GetUtcNow().ToUnixTimeMilliseconds();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Latest => _sequence;

    /// <summary>Completes with the next event. Read this property before <see cref="After"/>, or an event may be missed.</summary>
    public Task Next => _next.Task;

    public void Add(string kind, string text, ExperimentPhase phase, StageStatus? stage)
    {
        _events.Enqueue(new ExperimentEvent(++_sequence, time.GetUtcNow(), kind, text, phase, stage));
        if (_events.Count > capacity)
        {
            _events.Dequeue();
        }

        Wake();
    }

    /// <summary>Completes <see cref="Next"/> without an event.</summary>
    public void Wake()
    {
        var reached = _next;
        _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        reached.SetResult();
    }

    public IReadOnlyList<ExperimentEvent> After(long sequence) => [.. _events.SkipWhile(e => e.Sequence <= sequence)];
}
