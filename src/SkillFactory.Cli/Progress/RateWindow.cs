namespace SkillFactory.Cli.Progress;

/// <summary>Rate of a growing count over a sliding window. Not thread-safe.</summary>
/// <param name="window">Samples older than this are forgotten, save the newest of them, from which the window is measured.</param>
internal sealed class RateWindow(TimeProvider time, TimeSpan window)
{
    private readonly Queue<(long At, double Count)> _samples = new();
    private (long At, double Count)? _last;

    /// <summary>The count's value now. A smaller value than before (a unit runs again) starts over.</summary>
    public void Add(double count)
    {
        var now = time.GetTimestamp();
        if (_last is { } last && count < last.Count)
        {
            _samples.Clear();
        }

        _last = (now, count);
        _samples.Enqueue((now, count));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.ElementAt(1).At, now) >= window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>Units per second; null while it cannot be known: fewer than two samples, or none within the last window.</summary>
    public double? PerSecond
    {
        get
        {
            if (_samples.Count < 2 || _last is not { } last || time.GetElapsedTime(last.At) > window)
            {
                return null;
            }

            var first = _samples.Peek();
            var seconds = time.GetElapsedTime(first.At, last.At).TotalSeconds;
            return seconds > 0 ? (last.Count - first.Count) / seconds : null;
        }
    }

    /// <summary>Time until the count reaches <paramref name="total"/> at this rate, counted from now; null when unknown.</summary>
    public TimeSpan? TimeTo(double total)
    {
        if (PerSecond is not { } rate || rate <= 0 || _last is not { } last || total <= 0)
        {
            return null;
        }

        var left = Math.Max(0, total - last.Count) / rate - time.GetElapsedTime(last.At).TotalSeconds;
        return left < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(Math.Max(0, left)) : null;
    }
}
