using SkillFactory.Engine.Models;

namespace SkillFactory.Engine.Tests.Models;

/// <summary>
/// The decoders of all families, written from their definitions in double-precision loops: one sequence, position by position, without
/// fused matrices, masks or padding. It shares only the description of a decoder and the tensor names with the engine.
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
            x = Layer(i, x);
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
    /// <param name="frequencies">inv_freq, [hd/2].</param>
    /// <param name="magnitude">attention_scaling.</param>
    public static double[] Rotate(double[] head, int position, double[] frequencies, double magnitude = 1)
    {
        var half = head.Length / 2;
        var result = new double[head.Length];
        for (var i = 0; i < half; i++)
        {
            var angle = position * frequencies[i];
            var (cos, sin) = (magnitude * Math.Cos(angle), magnitude * Math.Sin(angle));
            result[i] = (head[i] * cos) - (head[i + half] * sin);
            result[i + half] = (head[i + half] * cos) + (head[i] * sin);
        }

        return result;
    }

    private double[][] Layer(int layer, double[][] x)
    {
        var name = $"model.layers.{layer}.";
        var before = _shape.Norms == NormPlacement.BeforeBlock;
        var (norm1, norm2) = before
            ? (Vector(name + "input_layernorm.weight"), Vector(name + "post_attention_layernorm.weight"))
            : (Vector(name + "post_attention_layernorm.weight"), Vector(name + "post_feedforward_layernorm.weight"));
        var result = new double[x.Length][];
        var attended = Attention(layer, name, before ? [.. x.Select(h => RmsNorm(h, norm1))] : x);
        for (var t = 0; t < x.Length; t++)
        {
            var middle = Sum(x[t], before ? attended[t] : RmsNorm(attended[t], norm1));
            var mlp = Mlp(name, before ? RmsNorm(middle, norm2) : middle);
            result[t] = Sum(middle, before ? mlp : RmsNorm(mlp, norm2));
        }

        return result;
    }

    private double[][] Attention(int layer, string name, double[][] x)
    {
        var windowed = _shape.WindowedLayers.Contains(layer);
        var rope = windowed && !_shape.ScaledWindows ? new PlainRope() : _shape.RopeScaling;
        var (frequencies, magnitude) = ReferenceRope.Of(rope, _shape.HeadDim, _shape.RopeTheta);
        double[] Rotated(double[] head, int position) => Rotate(head, position, frequencies, magnitude);
        double[][][] Heads(string projection, string? norm) =>
            [
                .. x.Select(
                    (h, t) =>
                    {
                        var projected = Linear(name + projection, h, _shape.QkvBias);
                        if (_shape.QueryKeyNorm == HeadNorm.Whole && norm is not null)
                        {
                            projected = RmsNorm(projected, Vector(name + norm));
                        }

                        var heads = projected.Chunk(_shape.HeadDim);
                        if (_shape.QueryKeyNorm == HeadNorm.PerHead && norm is not null)
                        {
                            heads = heads.Select(head => RmsNorm(head, Vector(name + norm)));
                        }

                        return heads.Select(head => norm is null ? head : Rotated(head, t)).ToArray();
                    }
                ),
            ];

        var (q, k, v) = (
            Heads("self_attn.q_proj", "self_attn.q_norm.weight"),
            Heads("self_attn.k_proj", "self_attn.k_norm.weight"),
            Heads("self_attn.v_proj", norm: null)
        );
        var result = new double[x.Length][];
        for (var t = 0; t < x.Length; t++)
        {
            // Hugging Face's sliding_window_overlay: a key is seen if its index is above the query's minus the window.
            var first = windowed ? Math.Max(0, t - _shape.Window + 1) : 0;
            var attended = new List<double>();
            for (var h = 0; h < _shape.Heads; h++)
            {
                var kv = h / (_shape.Heads / _shape.KvHeads);
                var scores = Enumerable
                    .Range(first, t + 1 - first)
                    .Select(s => Dot(q[t][h], k[s][kv]) / Math.Sqrt(_shape.HeadDim))
                    .ToArray();
                var weights = LogSoftmax(scores).Select(Math.Exp).ToArray();
                attended.AddRange(Enumerable.Range(0, _shape.HeadDim).Select(j => weights.Select((w, s) => w * v[first + s][kv][j]).Sum()));
            }

            result[t] = Linear(name + "self_attn.o_proj", [.. attended], _shape.OutputBias);
        }

        return result;
    }

    private double[] Mlp(string name, double[] x)
    {
        var (gate, up) = (Linear(name + "mlp.gate_proj", x, _shape.MlpBias), Linear(name + "mlp.up_proj", x, _shape.MlpBias));
        return Linear(name + "mlp.down_proj", [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)], _shape.MlpBias);
    }

    private double[] Linear(string name, double[] x, bool bias)
    {
        var product = Product(Matrix(name + ".weight"), x);
        return bias ? Sum(product, Vector(name + ".bias")) : product;
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
