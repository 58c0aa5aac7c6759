using Orleans.Runtime;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Grains.Experiments;

/// <content>The alarm clock. While an experiment runs, a reminder outside this activation wakes it again and again: one whose silo or activation was
/// lost goes on although nobody asks for it. The alarm decides nothing; what to do follows from the state.</content>
internal sealed partial class ExperimentGrain : IRemindable
{
    private const string Watchdog = "watchdog";

    private bool _isWatched;

    /// <summary>Before the state says that the experiment runs: an alarm for nothing does no harm, a run without one may be lost.</summary>
    private async Task SetWatchdogAsync()
    {
        if (!_isWatched)
        {
            await this.RegisterOrUpdateReminder(Watchdog, options.Value.Watchdog, options.Value.Watchdog);
            _isWatched = true;
        }
    }

    /// <summary>The alarm rings. Being woken is most of it: an activation of a running experiment starts its loop. The alarm of one that does not run
    /// is put away.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (State.Phase == ExperimentPhase.Running)
        {
            EnsureLoop();
        }
        else if (await this.GetReminder(reminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
            _isWatched = false;
        }
    }
}
