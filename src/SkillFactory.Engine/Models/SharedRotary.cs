using SkillFactory.Engine.Devices;

namespace SkillFactory.Engine.Models;

/// <summary>A use of the position tables of a shape on a device. The process has one copy, which the last user disposes of.</summary>
public sealed class SharedRotary : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(DecoderShape, DeviceSpec), (RotaryTable Table, int Users)> Tables = [];

    private (DecoderShape, DeviceSpec)? _key;

    private SharedRotary((DecoderShape, DeviceSpec) key, RotaryTable table) => (_key, Table) = (key, table);

    /// <summary>Tables must not change.</summary>
    public RotaryTable Table { get; }

    public static SharedRotary Acquire(DecoderShape shape, DeviceSpec device)
    {
        lock (Gate)
        {
            var key = (shape, device);
            var (table, users) = Tables.TryGetValue(key, out var found) ? found : (new RotaryTable(shape, device), 0);
            Tables[key] = (table, users + 1);
            return new SharedRotary(key, table);
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (_key is not { } key)
            {
                return;
            }

            _key = null;
            var (table, users) = Tables[key];
            if (users > 1)
            {
                Tables[key] = (table, users - 1);
                return;
            }

            Tables.Remove(key);
            table.Dispose();
        }
    }
}
