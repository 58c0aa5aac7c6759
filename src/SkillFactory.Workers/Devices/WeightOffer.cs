namespace SkillFactory.Workers.Devices;

/// <summary>A learner's weights while others may use them too, see <see cref="WeightLibrary.Offer"/>. It ends once: by a withdrawal or
/// by leaving the weights.</summary>
internal sealed class WeightOffer(Func<Task> withdraw, Action leave)
{
    /// <summary>Ends the offer and waits for the last user, after which the weights may change.</summary>
    public Task WithdrawAsync() => withdraw();

    /// <summary>Leaves the weights to their users, the last of which disposes of them.</summary>
    public void Leave() => leave();
}
