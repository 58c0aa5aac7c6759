namespace SkillFactory.Cli.Progress;

/// <summary>The rate of a growing count over a sliding window. Not thread-safe.</summary>
/// <param name="window">Older samples are dropped, except the newest of them, which is the start of the window.</param>
internal sealed class RateWindow(TimeProvider time, TimeSpan window)
{
    private readonly Queue<(long At, double Count)> _samples = new();
    private (long At, double Count)? _last;

    /// <summary>Adds the current count. A smaller count than before (a unit of work is repeated) restarts the measurement.</summary>
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

    /// <summary>Units per second; null with fewer than two samples, or if the last is older than the window and than three times the usual
    /// distance of samples (a step may take longer than the window).</summary>
    public double? PerSecond
    {
        get
        {
            if (_samples.Count < 2 || _last is not { } last)
            {
                return null;
            }

            var first = _samples.Peek();
            var seconds = time.GetElapsedTime(first.At, last.At).TotalSeconds;
            var limit = Math.Max(window.TotalSeconds, 3 * seconds / (_samples.Count - 1));
            return seconds > 0 && time.GetElapsedTime(last.At).TotalSeconds <= limit ? (last.Count - first.Count) / seconds : null;
        }
    }

    /// <summary>Time from now until the count reaches <paramref name="total"/> at this rate; null if unknown.</summary>
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
