namespace SkillFactory.Engine.Sampling.Drawing;

/// <summary>
/// The nucleus of top-p (Holtzman et al. 2020): the shortest list of most likely tokens whose mass reaches a share of the total. Of
/// equally likely tokens those with lower ids come first, so the list is as short as it can be. Found without sorting, by three rounds
/// over the bits of the weights, from the highest to the lowest. Not thread-safe.
/// </summary>
internal sealed class Nucleus
{
    private const int Bits = 11;
    private readonly double[] _masses = new double[1 << Bits];

    /// <summary>Finds the least likely weight of the nucleus and how many tokens of exactly that weight belong to it.</summary>
    /// <param name="weights">Weights in ascending order of the token, at least 0.</param>
    /// <param name="mass">The mass to reach, more than 0 and at most the sum of the weights.</param>
    public (float Least, int Ties) Find(ReadOnlySpan<float> weights, double mass)
    {
        // Weights are not negative, so their order is that of their bits: 31 of them, in parts of 9, 11 and 11.
        var (prefix, above) = (0u, 0.0);
        foreach (var shift in (ReadOnlySpan<int>)[22, 11, 0])
        {
            Array.Clear(_masses);
            foreach (var weight in weights)
            {
                var bits = BitConverter.SingleToUInt32Bits(weight);
                if ((bits >> shift >> Bits) == prefix)
                {
                    _masses[(bits >> shift) & ((1 << Bits) - 1)] += weight;
                }
            }

            // The last part with mass is taken when rounding keeps the sum below the mass.
            var part = _masses.Length - 1;
            var last = part;
            for (; part >= 0; part--)
            {
                if (_masses[part] > 0)
                {
                    last = part;
                    if (above + _masses[part] >= mass)
                    {
                        break;
                    }

                    above += _masses[part];
                }
            }

            if (part < 0)
            {
                above -= _masses[last];
            }

            prefix = (prefix << Bits) | (uint)last;
        }

        var least = BitConverter.UInt32BitsToSingle(prefix);
        return (least, (int)Math.Max(1, Math.Ceiling((mass - above) / least)));
    }
}
