namespace SkillFactory.Grains.Leases;

/// <summary>
/// Fair share of device time between accounts (experiments). The account with the least usage is served next; usage is device-seconds,
/// decayed with a half-life, plus an estimate for batches that run now. Ties go to the account served longest ago. An account that joins
/// after having had no work starts with at least the least usage of the active ones: being idle earns no credit. Not thread-safe.
/// </summary>
/// <param name="halfLife">Time after which a device-second counts half; <see cref="TimeSpan.MaxValue"/> for no decay.</param>
public sealed class FairShare(TimeSpan halfLife)
{
    // Used until the first batch ends; any positive value spreads parallel slots evenly.
    private const double FirstEstimateSeconds = 1;
    private const double EstimateSmoothing = 0.2;

    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private double? _meanCost;
    private long _turn;

    /// <summary>Device-seconds charged in all, without decay, by account.</summary>
    public IReadOnlyDictionary<string, double> Totals => _accounts.ToDictionary(a => a.Key, a => a.Value.Total, StringComparer.Ordinal);

    /// <summary>The account has work again after having none: raises its usage to the least usage of <paramref name="active"/>.</summary>
    public void Join(string account, IEnumerable<string> active, DateTimeOffset now)
    {
        var joining = Get(account);
        Decay(joining, now);
        var least = double.PositiveInfinity;
        foreach (var other in active)
        {
            if (other != account)
            {
                var competitor = Get(other);
                Decay(competitor, now);
                least = Math.Min(least, Score(competitor));
            }
        }

        if (!double.IsInfinity(least))
        {
            joining.Usage = Math.Max(joining.Usage, least);
        }
    }

    /// <summary>The account of <paramref name="waiting"/> to serve next, or null when there is none.</summary>
    public string? Choose(IEnumerable<string> waiting, DateTimeOffset now)
    {
        string? best = null;
        var bestScore = double.PositiveInfinity;
        var bestTurn = long.MaxValue;
        foreach (var name in waiting)
        {
            var account = Get(name);
            Decay(account, now);
            var score = Score(account);
            if (best is null || score < bestScore || (score == bestScore && account.LastTurn < bestTurn))
            {
                (best, bestScore, bestTurn) = (name, score, account.LastTurn);
            }
        }

        return best;
    }

    /// <summary>A batch of the account starts.</summary>
    public void Begin(string account)
    {
        var a = Get(account);
        a.Running++;
        a.LastTurn = ++_turn;
    }

    /// <summary>A batch of the account ended after <paramref name="deviceSeconds"/>.</summary>
    public void End(string account, double deviceSeconds, DateTimeOffset now)
    {
        if (!(deviceSeconds >= 0) || double.IsInfinity(deviceSeconds))
        {
            throw new ArgumentOutOfRangeException(nameof(deviceSeconds), deviceSeconds, "Device time is finite and not negative.");
        }

        var a = Get(account);
        if (a.Running == 0)
        {
            throw new InvalidOperationException($"'{account}' ends a batch but has none running.");
        }

        a.Running--;
        Decay(a, now);
        a.Usage += deviceSeconds;
        a.Total += deviceSeconds;
        if (deviceSeconds > 0)
        {
            _meanCost = _meanCost is { } mean ? mean + (EstimateSmoothing * (deviceSeconds - mean)) : deviceSeconds;
        }
    }

    private Account Get(string name) => _accounts.TryGetValue(name, out var account) ? account : _accounts[name] = new Account();

    private double Score(Account a) => a.Usage + (a.Running * (_meanCost ?? FirstEstimateSeconds));

    private void Decay(Account a, DateTimeOffset now)
    {
        if (halfLife != TimeSpan.MaxValue && now > a.AsOf)
        {
            a.Usage *= Math.Pow(2, -((now - a.AsOf) / halfLife));
        }

        a.AsOf = now > a.AsOf ? now : a.AsOf;
    }

    private sealed class Account
    {
        public double Usage { get; set; }

        public double Total { get; set; }

        public int Running { get; set; }

        public long LastTurn { get; set; }

        public DateTimeOffset AsOf { get; set; } = DateTimeOffset.MinValue;
    }
}
