namespace SkillFactory.Grains.Compute;

/// <summary>
/// Weighted fair share of device time between accounts (experiments). Served next is the account with the least usage per weight, where
/// usage is device-seconds that fade with a half-life, plus an estimate for what is running now; among equals the one served longest ago
/// (so equal accounts take turns). An account that had no work starts level with the least-served active one: idling earns no credit.
/// Pure; not thread-safe. Times come from the caller.
/// </summary>
/// <param name="halfLife">Time after which a device-second counts half; <see cref="TimeSpan.MaxValue"/> for never.</param>
public sealed class FairShare(TimeSpan halfLife)
{
    // Until a first batch has been settled, any positive value spreads parallel slots evenly.
    private const double FirstEstimateSeconds = 1;
    private const double EstimateSmoothing = 0.2;

    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);
    private double? _meanCost;
    private long _turn;

    /// <summary>Device-seconds charged in all, without fading, by account.</summary>
    public IReadOnlyDictionary<string, double> Totals => _accounts.ToDictionary(a => a.Key, a => a.Value.Total, StringComparer.Ordinal);

    /// <summary>Sets an account's weight (default 1): with weight 2 it gets twice the device time of one with weight 1.</summary>
    public void SetWeight(string account, double weight)
    {
        if (!(weight > 0) || double.IsInfinity(weight))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight is positive and finite.");
        }

        Get(account).Weight = weight;
    }

    /// <summary>The account has work again after having none: level with the least-served of <paramref name="active"/> if it is behind.</summary>
    public void Join(string account, IEnumerable<string> active, DateTimeOffset now)
    {
        var joining = Get(account);
        Fade(joining, now);
        var least = double.PositiveInfinity;
        foreach (var other in active)
        {
            if (other != account)
            {
                var account2 = Get(other);
                Fade(account2, now);
                least = Math.Min(least, Score(account2));
            }
        }

        if (!double.IsInfinity(least))
        {
            joining.Usage = Math.Max(joining.Usage, least * joining.Weight);
        }
    }

    /// <summary>Which of <paramref name="waiting"/> is served next, or null when none waits. Changes nothing.</summary>
    public string? Choose(IEnumerable<string> waiting, DateTimeOffset now)
    {
        string? best = null;
        var bestScore = double.PositiveInfinity;
        var bestTurn = long.MaxValue;
        foreach (var name in waiting)
        {
            var account = Get(name);
            Fade(account, now);
            var score = Score(account);
            if (best is null || score < bestScore || (score == bestScore && account.LastTurn < bestTurn))
            {
                (best, bestScore, bestTurn) = (name, score, account.LastTurn);
            }
        }

        return best;
    }

    /// <summary>A batch of the account begins to run.</summary>
    public void Begin(string account)
    {
        var a = Get(account);
        a.Running++;
        a.LastTurn = ++_turn;
    }

    /// <summary>A batch that began has ended and used <paramref name="deviceSeconds"/>.</summary>
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
        Fade(a, now);
        a.Usage += deviceSeconds;
        a.Total += deviceSeconds;
        if (deviceSeconds > 0)
        {
            _meanCost = _meanCost is { } mean ? mean + (EstimateSmoothing * (deviceSeconds - mean)) : deviceSeconds;
        }
    }

    private Account Get(string name) => _accounts.TryGetValue(name, out var account) ? account : _accounts[name] = new Account();

    private double Score(Account a) => (a.Usage + (a.Running * (_meanCost ?? FirstEstimateSeconds))) / a.Weight;

    private void Fade(Account a, DateTimeOffset now)
    {
        if (halfLife != TimeSpan.MaxValue && now > a.AsOf)
        {
            a.Usage *= Math.Pow(2, -((now - a.AsOf) / halfLife));
        }

        a.AsOf = now > a.AsOf ? now : a.AsOf;
    }

    private sealed class Account
    {
        public double Weight { get; set; } = 1;

        public double Usage { get; set; }

        public double Total { get; set; }

        public int Running { get; set; }

        public long LastTurn { get; set; }

        public DateTimeOffset AsOf { get; set; } = DateTimeOffset.MinValue;
    }
}
