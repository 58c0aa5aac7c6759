using SkillFactory.Storage.Safetensors;

namespace SkillFactory.Storage.Tests.Safetensors;

public class BFloat16BitsTests
{
    [Fact]
    public void Many_floats_are_rounded_to_BF16_like_one()
    {
        var random = new Random(1);
        var floats = Enumerable
            .Range(0, 1003)
            .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))
            .ToArray();
        float[] special = [0, -0f, 1, 1.00390625f, 1.01171875f, float.MaxValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        special.CopyTo(floats, 40);
        floats[60] = BitConverter.Int32BitsToSingle(0x7f800001);
        var bits = new ushort[floats.Length];
        BFloat16Bits.Narrow(floats, bits);
        Assert.Equal(floats.Select(BFloat16Bits.Narrow), bits);
    }
}
