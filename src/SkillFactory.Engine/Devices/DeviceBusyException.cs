namespace SkillFactory.Engine.Devices;

/// <summary>The queue of a device is full. The caller should start less work instead of waiting.</summary>
public sealed class DeviceBusyException(string device) : Exception($"the queue of device {device} is full");
