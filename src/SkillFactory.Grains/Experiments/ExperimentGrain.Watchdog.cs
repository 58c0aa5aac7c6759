using Orleans.Runtime;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Grains.Experiments;

/// <content>The watchdog: a reminder that activates the grain periodically while its experiment runs. It restarts experiments that lost
/// their silo or activation without a call from outside. What happens then follows from the state.</content>
internal sealed partial class ExperimentGrain : IRemindable
{
    private const string Watchdog = "watchdog";

    private bool _isWatched;

    /// <summary>Registers the reminder. Call it before the state says that the experiment runs: a reminder too many is harmless, but a
    /// running experiment without one may be lost.</summary>
    private async Task SetWatchdogAsync()
    {
        if (!_isWatched)
        {
            try
            {
                await this.RegisterOrUpdateReminder(Watchdog, options.Value.Watchdog, options.Value.Watchdog);
            }
            catch (Exception e) when (e is not (OrleansException or OperationCanceledException or TimeoutException))
            {
                // Reminder tables throw exceptions of their own; callers must see that this is the storage, and transient.
                throw new ReminderException($"The watchdog of {Id} could not be set: {e.GetType().Name}: {e.Message}");
            }

            _isWatched = true;
        }
    }

    /// <summary>Starts the loop if the activation has not, or unregisters the reminder if the experiment does not run.</summary>
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
