using System.Reflection;
using System.Reflection.Emit;
using SkillFactory.Engine.Models;
using TorchSharp;

namespace SkillFactory.Engine.Tests.Native;

/// <summary>The engine must not call TorchSharp methods that create a scalar implicitly, directly or indirectly; see
/// <see cref="TensorArithmetic"/>. The list of banned symbols covers the direct ones at compile time. This test checks the compiled
/// code.</summary>
public sealed class ScalarLifetimeTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(c => c.Value);

    [Fact]
    public void The_engine_calls_no_method_that_creates_a_scalar_implicitly()
    {
        var library = MethodsOf(typeof(torch).Assembly).ToDictionary(m => m, m => Calls(m).ToList());
        var implicitCallers = library.Where(m => m.Value.Any(IsWrapping) && !IsWrapping(m.Key)).Select(m => m.Key).ToHashSet();
        for (var before = 0; before < implicitCallers.Count; )
        {
            before = implicitCallers.Count;
            implicitCallers.UnionWith(library.Where(m => m.Value.Any(implicitCallers.Contains)).Select(m => m.Key));
        }

        // The scan finds known cases.
        Assert.Contains(implicitCallers, m => m is { Name: "square", DeclaringType.Name: "Tensor" });
        Assert.Contains(implicitCallers, m => m is { Name: "op_Multiply", DeclaringType.Name: "Tensor" });

        Assert.Equal(
            [],
            from method in MethodsOf(typeof(TensorArithmetic).Assembly)
            from called in Calls(method)
            where implicitCallers.Contains(called) || (called.DeclaringType?.Name == nameof(Scalar) && called.Name == "op_Implicit")
            select $"{method.DeclaringType?.FullName}.{method.Name} calls {called.DeclaringType?.Name}.{called.Name}"
        );
    }

    private static bool IsWrapping(MethodBase method) =>
        (method.DeclaringType?.Name == nameof(Scalar) && method.Name == "op_Implicit")
        || method.DeclaringType?.Name == nameof(ScalarExtensionMethods);

    private static IEnumerable<MethodBase> MethodsOf(Assembly assembly) =>
        assembly.GetTypes().SelectMany(t => t.GetMethods(All).Cast<MethodBase>().Concat(t.GetConstructors(All)));

    /// <summary>The methods that the code of a method refers to.</summary>
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            yield break;
        }

        for (var at = 0; at < code.Length; )
        {
            var op = Codes[code[at] == 0xFE ? (short)((code[at] << 8) | code[at + 1]) : code[at]];
            at += op.Size;
            if (
                op.OperandType is OperandType.InlineMethod or OperandType.InlineTok
                && Resolve(method, BitConverter.ToInt32(code, at)) is { } called
            )
            {
                yield return called;
            }

            at += op.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static MethodBase? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(
                token,
                method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
                method is { IsGenericMethod: true } ? method.GetGenericArguments() : null
            );
        }
        catch (ArgumentException)
        {
            // The token is a field or a type.
            return null;
        }
    }
}
