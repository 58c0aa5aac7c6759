using SkillFactory.Engine.Models;

namespace SkillFactory.Engine.Tests.Models;

/// <summary>
/// The Qwen2 decoder, written from its definition in double-precision loops: one sequence, position by position, without fused matrices,
/// masks or padding. It shares only the tensor names with the engine.
/// </summary>
internal sealed class ReferenceDecoder
{
    private readonly DecoderShape _shape;
    private readonly ParameterLayout _layout;

    public ReferenceDecoder(ParameterLayout layout, IEnumerable<float> values)
    {
        _layout = layout;
        _shape = layout.Shape;
        Values = [.. values.Select(v => (double)v)];
    }

    /// <summary>All parameters. Tests change them to compute differences.</summary>
    public double[] Values { get; }

    /// <summary>The logits after each token.</summary>
    public double[][] Logits(ReadOnlySpan<int> tokens)
    {
        var x = new double[tokens.Length][];
        var embedding = Matrix("model.embed_tokens.weight");
        for (var t = 0; t < tokens.Length; t++)
        {
            x[t] = embedding[tokens[t]];
        }

        for (var i = 0; i < _shape.Layers; i++)
        {
            x = Layer($"model.layers.{i}.", x);
        }

        var head = _shape.TiedEmbedding ? embedding : Matrix("lm_head.weight");
        var norm = Vector("model.norm.weight");
        return [.. x.Select(h => Product(head, RmsNorm(h, norm)))];
    }

    /// <summary>log p of each token from the second on, after temperature.</summary>
    public double[] LogProbs(ReadOnlySpan<int> tokens, double temperature = 1)
    {
        var logits = Logits(tokens);
        var result = new double[tokens.Length - 1];
        for (var t = 1; t < tokens.Length; t++)
        {
            result[t - 1] = LogSoftmax(logits[t - 1], temperature)[tokens[t]];
        }

        return result;
    }

    public static double[] LogSoftmax(double[] logits, double temperature = 1)
    {
        var scaled = logits.Select(l => l / temperature).ToArray();
        var max = scaled.Max();
        var log = max + Math.Log(scaled.Sum(s => Math.Exp(s - max)));
        return [.. scaled.Select(s => s - log)];
    }

    /// <summary>Hugging Face's apply_rotary_pos_emb for one head: x·cos + rotate_half(x)·sin, rotate_half(x) = (−x₂, x₁).</summary>
    public static double[] Rotate(double[] head, int position, double theta)
    {
        var half = head.Length / 2;
        var result = new double[head.Length];
        for (var i = 0; i < half; i++)
        {
            var angle = position / Math.Pow(theta, 2.0 * i / head.Length);
            result[i] = (head[i] * Math.Cos(angle)) - (head[i + half] * Math.Sin(angle));
            result[i + half] = (head[i + half] * Math.Cos(angle)) + (head[i] * Math.Sin(angle));
        }

        return result;
    }

    private double[][] Layer(string name, double[][] x)
    {
        var inputNorm = Vector(name + "input_layernorm.weight");
        var normed = x.Select(h => RmsNorm(h, inputNorm)).ToArray();
        var q = Heads(name + "self_attn.q_proj", normed, rotate: true);
        var k = Heads(name + "self_attn.k_proj", normed, rotate: true);
        var v = Heads(name + "self_attn.v_proj", normed, rotate: false);
        var output = Matrix(name + "self_attn.o_proj.weight");
        var (gate, up, down) = (
            Matrix(name + "mlp.gate_proj.weight"),
            Matrix(name + "mlp.up_proj.weight"),
            Matrix(name + "mlp.down_proj.weight")
        );
        var postNorm = Vector(name + "post_attention_layernorm.weight");
        var result = new double[x.Length][];
        for (var t = 0; t < x.Length; t++)
        {
            var attended = new List<double>();
            for (var h = 0; h < _shape.Heads; h++)
            {
                var kv = h / (_shape.Heads / _shape.KvHeads);
                var scores = Enumerable.Range(0, t + 1).Select(s => Dot(q[t][h], k[s][kv]) / Math.Sqrt(_shape.HeadDim)).ToArray();
                var weights = LogSoftmax(scores).Select(Math.Exp).ToArray();
                attended.AddRange(Enumerable.Range(0, _shape.HeadDim).Select(j => weights.Select((w, s) => w * v[s][kv][j]).Sum()));
            }

            var middle = Sum(x[t], Product(output, [.. attended]));
            var inner = RmsNorm(middle, postNorm);
            var activated = Product(gate, inner).Zip(Product(up, inner), (g, u) => g / (1 + Math.Exp(-g)) * u).ToArray();
            result[t] = Sum(middle, Product(down, activated));
        }

        return result;
    }

    private double[][][] Heads(string name, double[][] normed, bool rotate)
    {
        var (weight, bias) = (Matrix(name + ".weight"), Vector(name + ".bias"));
        return
        [
            .. normed.Select(
                (h, t) =>
                    Sum(Product(weight, h), bias)
                        .Chunk(_shape.HeadDim)
                        .Select(head => rotate ? Rotate(head, t, _shape.RopeTheta) : head)
                        .ToArray()
            ),
        ];
    }

    private double[] RmsNorm(double[] x, double[] weight)
    {
        var scale = 1 / Math.Sqrt((x.Sum(v => v * v) / x.Length) + _shape.RmsNormEps);
        return [.. x.Zip(weight, (v, w) => v * scale * w)];
    }

    private double[] Vector(string name)
    {
        var slot = _layout[name];
        return Values[(int)slot.Offset..(int)(slot.Offset + slot.Count)];
    }

    private double[][] Matrix(string name) => [.. Vector(name).Chunk((int)_layout[name].Shape[1])];

    private static double[] Product(double[][] matrix, double[] vector) => [.. matrix.Select(row => Dot(row, vector))];

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
