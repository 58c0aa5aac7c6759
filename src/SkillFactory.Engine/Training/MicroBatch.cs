using SkillFactory.Engine.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>Rows of token ids for one forward and backward pass. A row holds one sequence, or several packed ones, padded on the
/// right.</summary>
public sealed class MicroBatch
{
    private MicroBatch(IReadOnlyList<TrainingSequence[]> rows)
    {
        Rows = rows;
        Width = rows.Max(row => row.Sum(s => s.Tokens.Length));
    }

    /// <summary>The sequences of each row, in order.</summary>
    public IReadOnlyList<TrainingSequence[]> Rows { get; }

    /// <summary>Length of the longest row.</summary>
    public int Width { get; }

    /// <summary>Number of token positions, including padding.</summary>
    public long Area => (long)Width * Rows.Count;

    public IEnumerable<TrainingSequence> Sequences => Rows.SelectMany(r => r);

    /// <summary>
    /// Splits sequences into micro-batches of at most <paramref name="areaLimit"/> token positions, but at least one row. Deterministic:
    /// sequences are sorted by length, longest first, ties by index.
    /// </summary>
    /// <param name="sequences">The batch.</param>
    /// <param name="areaLimit">Maximum number of token positions, including padding.</param>
    /// <param name="packing">Whether to pack sequences into rows of the longest one's length (first-fit decreasing).</param>
    public static IReadOnlyList<MicroBatch> Plan(IReadOnlyList<TrainingSequence> sequences, int areaLimit, bool packing)
    {
        var order = Enumerable
            .Range(0, sequences.Count)
            .OrderByDescending(i => sequences[i].Tokens.Length)
            .ThenBy(i => i)
            .Select(i => sequences[i]);
        var rows = packing ? Pack(order) : [.. order.Select(s => new[] { s })];
        var result = new List<MicroBatch>();
        var current = new List<TrainingSequence[]>();
        var width = 0;
        foreach (var row in rows)
        {
            var length = row.Sum(s => s.Tokens.Length);
            if (current.Count > 0 && (long)Math.Max(width, length) * (current.Count + 1) > areaLimit)
            {
                result.Add(new MicroBatch(current));
                current = [];
                width = 0;
            }

            current.Add(row);
            width = Math.Max(width, length);
        }

        if (current.Count > 0)
        {
            result.Add(new MicroBatch(current));
        }

        return result;
    }

    /// <summary>Creates the inputs on a device. The caller owns them through its dispose scope.</summary>
    internal MicroBatchTensors ToTensors(DeviceSpec device)
    {
        var (b, t) = (Rows.Count, Width);
        var packed = Rows.Any(r => r.Length > 1);
        var ids = new long[b * t];
        var positions = packed ? new long[b * t] : null;
        var segments = packed ? new int[b * t] : null;
        var predictors = new List<long>();
        var targets = new List<long>();
        for (var r = 0; r < b; r++)
        {
            var at = r * t;
            for (var s = 0; s < Rows[r].Length; s++)
            {
                var sequence = Rows[r][s];
                for (var i = 0; i < sequence.Tokens.Length; i++, at++)
                {
                    ids[at] = sequence.Tokens[i];
                    if (packed)
                    {
                        positions![at] = i;
                        segments![at] = s + 1;
                    }

                    if (i > 0 && sequence.Loss[i])
                    {
                        predictors.Add(at - 1);
                        targets.Add(sequence.Tokens[i]);
                    }
                }
            }
        }

        return new MicroBatchTensors(
            tensor(ids, [b, t]).to(device.Torch),
            positions is null ? null : tensor(positions, [b, t]).to(device.Torch),
            segments is null ? null : BlockMask(segments, b, t).to(device.Torch),
            tensor(predictors.ToArray()).to(device.Torch),
            tensor(targets.ToArray()).to(device.Torch)
        );
    }

    /// <summary>Additive mask [B, 1, T, T]: a token sees only itself and earlier tokens of its own sequence. Padding is segment
    /// 0.</summary>
    private static Tensor BlockMask(int[] segments, int b, int t)
    {
        var mask = new float[(long)b * t * t];
        for (var r = 0; r < b; r++)
        {
            for (var i = 0; i < t; i++)
            {
                for (var j = 0; j < t; j++)
                {
                    mask[(((long)r * t) + i) * t + j] =
                        j <= i && segments[(r * t) + i] == segments[(r * t) + j] ? 0 : float.NegativeInfinity;
                }
            }
        }

        return tensor(mask, [b, 1, t, t]);
    }

    private static List<TrainingSequence[]> Pack(IEnumerable<TrainingSequence> longestFirst)
    {
        var rows = new List<(List<TrainingSequence> Items, int Length)>();
        var capacity = 0;
        foreach (var sequence in longestFirst)
        {
            capacity = Math.Max(capacity, sequence.Tokens.Length);
            var row = rows.FindIndex(r => r.Length + sequence.Tokens.Length <= capacity);
            if (row < 0)
            {
                rows.Add(([sequence], sequence.Tokens.Length));
            }
            else
            {
                rows[row].Items.Add(sequence);
                rows[row] = (rows[row].Items, rows[row].Length + sequence.Tokens.Length);
            }
        }

        return [.. rows.Select(r => r.Items.ToArray())];
    }
}
