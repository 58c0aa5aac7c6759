using System.Numerics;
using System.Reflection;
using Orleans.Runtime;
using SkillFactory.Contracts;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Grains.Tests.Contracts;

/// <summary>Rules for grain contracts that keep versions compatible and messages small.</summary>
public sealed class ContractShapeTests
{
    private static readonly Assembly Contracts = typeof(ContractSerialization).Assembly;

    private static readonly Type[] GrainInterfaces =
    [
        .. Contracts.GetTypes().Where(t => t.IsInterface && t.IsAssignableTo(typeof(IAddressable))),
    ];

    private static readonly Type[] Messages =
    [
        .. Contracts
            .GetTypes()
            .Where(t =>
                t.GetCustomAttribute<GenerateSerializerAttribute>() is not null
                && t.Namespace?.StartsWith("SkillFactory", StringComparison.Ordinal) == true
            ),
    ];

    [Fact]
    public void The_contracts_are_found()
    {
        Assert.Contains(typeof(IExperimentGrain), GrainInterfaces);
        Assert.Contains(typeof(ExperimentStatus), Messages);
    }

    [Fact]
    public void Interfaces_methods_and_messages_have_unique_aliases()
    {
        var interfaces = GrainInterfaces
            .Concat(Messages)
            .Select(t => (t.Name, Alias: t.GetCustomAttribute<AliasAttribute>()?.Alias))
            .ToList();
        Assert.All(interfaces, t => Assert.False(string.IsNullOrEmpty(t.Alias), $"{t.Name} has no [Alias]"));
        Assert.Equal(interfaces.Count, interfaces.Select(t => t.Alias).Distinct().Count());
        foreach (var type in GrainInterfaces)
        {
            var methods = type.GetMethods().Select(m => (m.Name, Alias: m.GetCustomAttribute<AliasAttribute>()?.Alias)).ToList();
            Assert.All(methods, m => Assert.False(string.IsNullOrEmpty(m.Alias), $"{type.Name}.{m.Name} has no [Alias]"));
            Assert.Equal(methods.Count, methods.Select(m => m.Alias).Distinct().Count());
        }
    }

    [Fact]
    public void Members_of_messages_have_unique_ids()
    {
        foreach (var type in Messages.Where(t => !t.IsEnum))
        {
            var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Select(p => (p.Name, Id: p.GetCustomAttribute<IdAttribute>()?.Id))
                .ToList();
            Assert.All(members, m => Assert.True(m.Id is not null, $"{type.Name}.{m.Name} has no [Id]"));
            Assert.Equal(members.Count, members.Select(m => m.Id).Distinct().Count());
        }
    }

    [Fact]
    public void No_method_passes_or_returns_bulk_data()
    {
        foreach (var type in GrainInterfaces)
        {
            foreach (var method in type.GetMethods())
            {
                foreach (var passed in method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType))
                {
                    Assert.False(CarriesBulk(passed, []), $"{type.Name}.{method.Name} carries {passed}: send an artifact reference");
                }
            }
        }
    }

    [Theory]
    [InlineData(typeof(byte[]))]
    [InlineData(typeof(Task<float[]>))]
    [InlineData(typeof(IReadOnlyList<double>))]
    [InlineData(typeof(Dictionary<string, List<int>>))]
    [InlineData(typeof(Memory<byte>))]
    [InlineData(typeof(Stream))]
    public void The_check_finds_bulk_data(Type type) => Assert.True(CarriesBulk(type, []));

    private static bool CarriesBulk(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type))
        {
            return false;
        }

        if (type.IsAssignableTo(typeof(Stream)) || type.FullName?.Contains("Tensor", StringComparison.Ordinal) == true)
        {
            return true;
        }

        var element =
            type.IsArray ? type.GetElementType()
            : type.IsGenericType
            && (type.IsAssignableTo(typeof(System.Collections.IEnumerable)) || type.Name.Contains("Memory", StringComparison.Ordinal))
                ? type.GetGenericArguments()[^1]
            : null;
        if (
            element is { IsPrimitive: true }
            && IsNumber(element)
            && !type.IsAssignableTo(typeof(System.Collections.IDictionary))
            && !IsDictionary(type)
        )
        {
            return true;
        }

        return type.GetGenericArguments().Append(type.IsArray ? type.GetElementType()! : type).Any(t => CarriesBulk(t, seen))
            || (
                type.Namespace?.StartsWith("SkillFactory", StringComparison.Ordinal) == true
                && type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Any(p => CarriesBulk(p.PropertyType, seen))
            );
    }

    // Dictionaries of named values are small.
    private static bool IsDictionary(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, _] && key == typeof(string);

    private static bool IsNumber(Type type) =>
        type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(INumberBase<>));
}
